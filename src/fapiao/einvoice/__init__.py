"""einvoice (电子发票 XML): the element dialects that XML files, OFD attachments and PDF attachments share."""

from fapiao.einvoice.reading import read_element, several
from fapiao.einvoice.writing import write_element

__all__ = ["read_element", "several", "write_element"]
