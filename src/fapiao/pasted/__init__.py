"""pasted (粘贴的票面): reads an invoice's face from its bare text, as a viewer's copy, an extraction or an OCR gives it."""

from fapiao.pasted.reading import faces_of, is_pasted_face, read_pasted

__all__ = ["faces_of", "is_pasted_face", "read_pasted"]
