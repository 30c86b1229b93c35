"""Asking (提问的理解): from what somebody typed, pasted or scanned to a claim that can be looked up."""

from fapiao.asking.fields import claim_from_mapping
from fapiao.asking.understanding import understand
from fapiao.asking.words import split_text

__all__ = ["claim_from_mapping", "split_text", "understand"]
