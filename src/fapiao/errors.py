"""Errors (错误): what stops a file or a number from being used, each with a stable code.

A broken file is an *error*; a doubtful invoice is a *finding* (`fapiao.finding`); a missing
invoice is a *diagnosis* (`fapiao.diagnosis`). None is ever turned into another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ErrorKind:
    """One code of the catalogue (错误代码): its Chinese title, English title and what to do next."""

    code: str
    title: str
    title_en: str
    next_step: str
    next_step_en: str
    retryable: bool = False


def _catalogue(*rows: tuple[str, str, str, str, str]) -> dict[str, ErrorKind]:
    return {row[0]: ErrorKind(*row) for row in rows}


ERRORS: dict[str, ErrorKind] = _catalogue(
    # numbers
    (
        "number-format",
        "号码含有不允许的字符",
        "The number holds a character it cannot have",
        "请对照票面重新输入",
        "Type it again from the face of the invoice",
    ),
    (
        "number-length",
        "号码位数不对",
        "The number has the wrong length",
        "请数一数位数再输入",
        "Count the digits and type it again",
    ),
    (
        "number-checksum",
        "校验位不对",
        "The check digit does not match",
        "请逐位核对号码",
        "Compare the number digit by digit",
    ),
    (
        "number-component",
        "号码的某一段不可能出现",
        "A part of the number cannot occur",
        "请核对年份和地区两段",
        "Compare the year and region parts",
    ),
    (
        "money-format",
        "金额写法认不出",
        "The amount cannot be read",
        "请写成 1130.00 的样子",
        "Write it like 1130.00",
    ),
    (
        "words-format",
        "大写金额认不出",
        "The amount in words cannot be read",
        "请对照票面核对大写金额",
        "Compare the amount in words with the face",
    ),
    (
        "qr-format",
        "二维码内容不是发票",
        "The QR payload is not an invoice's",
        "请扫描发票左上角的二维码",
        "Scan the code at the top left of the invoice",
    ),
    (
        "claim-empty",
        "没有号码也没有文字",
        "The claim has neither a number nor a text",
        "请至少填写发票号码",
        "Give at least the invoice number",
    ),
    (
        "claim-field",
        "有一项填得认不出",
        "A field of the claim cannot be read",
        "请按提示改正该项",
        "Correct that field as the message says",
    ),
    # files
    ("file-not-found", "找不到这个文件", "There is no such file", "请核对路径", "Check the path"),
    (
        "file-empty",
        "文件是空的",
        "The file is empty",
        "请重新下载或导出后再试",
        "Download or export it again",
    ),
    ("file-too-large", "文件太大", "The file is too large", "请拆分后再试", "Split it and try again"),
    (
        "file-damaged",
        "文件损坏，打不开",
        "The file is damaged",
        "请向开票方索取原文件",
        "Ask the seller for the original file",
    ),
    (
        "file-encrypted",
        "文件有密码",
        "The file is encrypted",
        "请去掉密码后再试",
        "Remove the password and try again",
    ),
    (
        "file-type-unknown",
        "认不出这是什么文件",
        "The kind of file is not known",
        "支持 PDF、OFD、XML、图片、Excel、CSV、文本和 zip",
        "PDF, OFD, XML, images, Excel, CSV, text and zip can be read",
    ),
    (
        "file-timeout",
        "读取超时，已停止",
        "Reading took too long and was stopped",
        "请换一份文件，或拆分后再试",
        "Try another copy, or split it",
    ),
    (
        "file-too-costly",
        "读取所需内存过大，已停止",
        "Reading would take too much memory and was stopped",
        "请换一份文件，或拆分后再试",
        "Try another copy, or split it",
    ),
    (
        "text-undecodable",
        "文字编码认不出",
        "The text's encoding is not known",
        "请另存为 UTF-8 后再试",
        "Save it as UTF-8 and try again",
    ),
    (
        "archive-unsafe-path",
        "压缩包里有不安全的路径",
        "The archive holds an unsafe path",
        "请重新打包，去掉 ../ 和绝对路径",
        "Pack it again without ../ and absolute paths",
    ),
    (
        "archive-too-big",
        "压缩包解开后过大",
        "The archive unpacks to too much",
        "请拆成小包再试",
        "Split it into smaller archives",
    ),
    (
        "archive-too-many",
        "压缩包里的文件过多",
        "The archive holds too many entries",
        "请拆成小包再试",
        "Split it into smaller archives",
    ),
    (
        "archive-too-deep",
        "压缩包套得太深",
        "Archives are nested too deep",
        "请解开外层后再试",
        "Unpack the outer archive first",
    ),
    (
        "xml-forbidden",
        "XML 里有不允许的声明（DTD 或实体）",
        "The XML holds a declaration that is refused (DTD or entity)",
        "请索取税务平台原始文件",
        "Ask for the file as the tax platform issued it",
    ),
    (
        "xml-damaged",
        "XML 不完整或有语法错误",
        "The XML is incomplete or malformed",
        "请索取税务平台原始文件",
        "Ask for the file as the tax platform issued it",
    ),
    (
        "image-too-large",
        "图片像素过多",
        "The image has too many pixels",
        "请缩小到 40 百万像素以内",
        "Scale it to under 40 million pixels",
    ),
    (
        "image-too-small",
        "图片太小，看不清",
        "The image is too small",
        "请换一张更清楚的图片",
        "Use a sharper picture",
    ),
    (
        "qr-not-found",
        "图片里没有找到二维码",
        "No QR code was found in the picture",
        "请拍清发票左上角的二维码，或改为输入号码",
        "Photograph the code at the top left, or type the number",
    ),
    (
        "no-invoice",
        "文件里没有发票",
        "The file holds no invoice",
        "请确认选对了文件",
        "Check that this is the right file",
    ),
    (
        "not-an-invoice",
        "这不是发票",
        "This is not an invoice",
        "银行回单、订单、财政票据请到各自的系统查询",
        "Bank slips, orders and fiscal receipts live in other systems",
    ),
    (
        "row-unreadable",
        "这一行读不出发票",
        "The row names no invoice",
        "请补全发票号码后重新导入这一行",
        "Fill in the invoice number and import the row again",
    ),
    (
        "font-missing",
        "系统里没有中文字体，生成不了 PDF",
        "No Chinese font is installed, so no PDF can be made",
        "请安装 fonts-noto-cjk（Debian、Ubuntu：apt-get install fonts-noto-cjk）",
        "Install fonts-noto-cjk (apt-get install fonts-noto-cjk)",
    ),
    (
        "headings-unknown",
        "表头认不出",
        "The headings are not recognised",
        "请使用全量发票查询导出，或在首行写明 发票号码、开票日期、金额",
        "Use the official export, or name the columns in the first row",
    ),
    (
        "sheet-too-wide",
        "表格范围异常大",
        "The sheet claims an absurd range",
        "请把有效数据另存为新表再试",
        "Save the real data as a new sheet",
    ),
    # making
    (
        "format-unknown",
        "没有这种格式",
        "There is no such format",
        "请用 --help 查看可用的格式",
        "See --help for the formats",
    ),
    (
        "format-read-only",
        "这种格式只能读取，不能生成",
        "This format can be read but not made",
        "请改用 xml、ofd、pdf、excel、csv 或 qr-text",
        "Use xml, ofd, pdf, excel, csv or qr-text",
    ),
    (
        "invoice-field",
        "发票数据缺项或写法不对",
        "A field of the invoice is missing or malformed",
        "请按提示改正该项",
        "Correct that field as the message says",
    ),
    # sources
    (
        "verifier-unknown",
        "没有设置这种查验服务",
        "No such verification service is set up",
        "请在“外部查验”页设置",
        "Set it up at /operate/verification",
    ),
    (
        "answer-expired",
        "这份答复已按保留期删除",
        "This answer was deleted after its retention",
        "请重新查询；保存过的回执仍可核验",
        "Ask again; a saved receipt still verifies",
    ),
    (
        "token-unknown",
        "没有这个令牌",
        "There is no such token",
        "请用 jingpiao token --list 查看编号",
        "See the numbers with jingpiao token --list",
    ),
    (
        "quarantine-unknown",
        "隔离区里没有这一条",
        "There is no such row in quarantine",
        "请回到隔离区列表，重新选一条",
        "Go back to the list of the quarantine and choose another",
    ),
    (
        "correction-field",
        "有一项更正读不懂",
        "A corrected field cannot be read",
        "请对照说明改正这一项",
        "Correct this field as its hint says",
    ),
    (
        "correction-faulty",
        "更正之后仍有错误",
        "It is still faulty after the correction",
        "请对照原件，把标出的各项改对再试",
        "Compare with the original, correct the marked fields and try again",
    ),
    (
        "correction-over",
        "这一条现在不能这样处理",
        "This cannot be done to the row now",
        "请刷新页面，看它现在的状态",
        "Reload the page to see how it stands",
    ),
    (
        "why-missing",
        "没有写明理由",
        "No reason was given",
        "请写一句为什么这样做",
        "Write a sentence that says why",
    ),
    (
        "source-unknown",
        "没有这个来源",
        "There is no such source",
        "请用 jingpiao source list 和 source kinds 查看",
        "See jingpiao source list and source kinds",
    ),
    (
        "source-setting",
        "来源设置填写不对",
        "A setting of the source is wrong",
        "请按提示改正该项",
        "Correct that setting as the message says",
    ),
    ("usage", "命令用法不对", "The command was used wrongly", "请用 --help 查看用法", "See --help"),
)


class FapiaoError(Exception):
    """A file, number or text that cannot be used (错误), with its stable code.

    Parameters: ``code`` from `ERRORS`; ``message`` in Chinese and ``message_en`` in English, each one
    sentence that says what is wrong here; both default to the catalogue's title. ``ref`` is the caller's own id of the row
    that it is about, where one is known.
    """

    ref: Any = None

    def __init__(self, code: str, message: str = "", message_en: str = "") -> None:
        self.kind = ERRORS[code]
        self.code = code
        self.message = message or self.kind.title
        self.message_en = message_en or (message if message else self.kind.title_en)
        super().__init__(f"{code}: {self.message}")

    def __reduce__(self) -> tuple[type[FapiaoError], tuple[str, str, str]]:
        return type(self), (self.code, self.message, self.message_en)


class NumberError(FapiaoError):
    """A number that cannot be right (号码错误): codes `number-format`, `-length`, `-checksum`, `-component`."""
