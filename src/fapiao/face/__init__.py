"""face (票面): reads an invoice's face from placed text, whatever file it came from."""

from fapiao.face.reading import FaceReading, read_faces

__all__ = ["FaceReading", "read_faces"]
