"""Form fields (表单域): a face whose values are fields with an appearance of their own, as templates filled by iText leave them."""

from __future__ import annotations

from making.sheets import POINT, PdfFile, Sheet, Text


def pdf_with_fields(sheet: Sheet) -> bytes:
    """Return the PDF of a sheet: labels as page content, every value as a text field."""
    file = PdfFile()
    font = file.font()
    labels = [text for text in sheet.texts if _is_label(text)]
    values = [text for text in sheet.texts if not _is_label(text)]
    fonts = f"/Resources<</Font<</F {font} 0 R>>>>"
    content = file.stream("".join(_shown(text, text.x * POINT, _up(sheet, text)) for text in labels).encode())
    fields = []
    for number, text in enumerate(values):
        width, height = text.width * POINT + 2, text.size * POINT * 1.4
        look = file.stream(
            _shown(text, 0, 2).encode(),
            f"/Type/XObject/Subtype/Form/BBox[0 0 {width:.3f} {height:.3f}]{fonts}",
        )
        left, low = text.x * POINT, _up(sheet, text) - 2
        fields.append(
            file.add(
                f"<</Type/Annot/Subtype/Widget/FT/Tx/F 4/T(field{number})/Rect[{left:.3f} {low:.3f} {left + width:.3f} "
                f"{low + height:.3f}]/AP<</N {look} 0 R>>>>".encode()
            )
        )
    listed = " ".join(f"{field} 0 R" for field in fields)
    page = file.add(
        f"<</Type/Page/Parent 1 0 R/MediaBox[0 0 {sheet.width * POINT:.3f} {sheet.height * POINT:.3f}]/Contents {content} 0 R"
        f"{fonts}/Annots[{listed}]>>".encode()
    )
    return file.whole([page])


def _is_label(text: Text) -> bool:
    return text.text.endswith(("：", "）")) or len(text.text) == 1 or "名称" in text.text or " " in text.text


def _up(sheet: Sheet, text: Text) -> float:
    return (sheet.height - text.y) * POINT


def _shown(text: Text, x: float, y: float) -> str:
    codes = "".join(f"{ord(sign):04X}" for sign in text.text)
    return f"BT /F {text.size * POINT:.3f} Tf 1 0 0 1 {x:.3f} {y:.3f} Tm <{codes}> Tj ET\n"
