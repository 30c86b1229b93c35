"""seal (签章): SM3 digests and SM2 signatures of OFD files, and what can be said of them."""

from fapiao.seal.checking import check_signatures

__all__ = ["check_signatures"]
