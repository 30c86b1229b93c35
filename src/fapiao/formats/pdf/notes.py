"""Notes (读取说明): what a reader of PDF says of the file beside the invoice."""

from __future__ import annotations

from fapiao.errors import FapiaoError
from fapiao.finding import Finding

ONLY_QR = Finding(
    code="no-text-layer",
    path="",
    severity="warning",
    message="PDF 没有可读的文字层，只从二维码读到了要素；请核对其余内容",
    message_en="the PDF has no text layer that can be read: only its QR code was read; compare the rest",
)
GARBLED = Finding(
    code="text-layer-garbled",
    path="",
    severity="warning",
    message="PDF 有页面的文字层是乱码，没有从中取值；请向开票方索取原文件",
    message_en="the text layer of a page is garbled: nothing was taken from it; ask the seller for the original file",
)


def skipped(count: int, done: int) -> tuple[Finding, ...]:
    """Return the finding that a long file was not read to its end."""
    if done >= count:
        return ()
    return (
        Finding(
            code="pages-skipped",
            path="",
            severity="warning",
            message=f"文件有 {count} 页，只读了前 {done} 页",
            message_en=f"{count} pages, only the first {done} were read",
        ),
    )


def unsearched(count: int) -> tuple[Finding, ...]:
    """Return the finding that pages without text were left unsearched for want of time."""
    if not count:
        return ()
    return (
        Finding(
            code="codes-not-searched",
            path="",
            severity="warning",
            message=f"有 {count} 页没有来得及找二维码；请拆分文件后再试",
            message_en=f"{count} pages were not searched for QR codes in the time given: split the file and try again",
        ),
    )


def nothing(count: int, done: int, *, garbled: bool) -> FapiaoError:
    """Return the error for a file without an invoice; of a long one, how far it was read."""
    if garbled:
        return FapiaoError(
            "no-invoice",
            "PDF 的文字层是乱码，页面上也没有发票的二维码",
            "the PDF's text layer is garbled and its pages show no invoice's QR code",
        )
    if done < count:
        return FapiaoError(
            "no-invoice",
            f"PDF 有 {count} 页，前 {done} 页里没有发票的文字或二维码；请只上传发票所在的页",
            f"{count} pages, no invoice text or QR code on the first {done}: send only the invoice's pages",
        )
    return FapiaoError(
        "no-invoice", "PDF 里没有找到发票的文字或二维码", "no invoice text or QR code in the PDF"
    )
