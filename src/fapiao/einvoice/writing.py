"""Writing elements (生成要素): an invoice as the XML its era uses, so that reading it gives the same invoice.

数电 kinds become the `EInvoice` dialect, 税控 kinds the edrm `eInvoice`. What a dialect has no element for is found by
reading back, and goes into one `Extension` element, which is there even when empty: it says that nothing is missing.
"""

from __future__ import annotations

from typing import Any

import msgspec
from lxml import etree

from fapiao.draft import Draft
from fapiao.einvoice.reading import read_element
from fapiao.invoice import Invoice, Line, Party
from fapiao.vocabulary import KINDS

EDRM = "http://www.edrm.org.cn/schema/e-invoice/2019"
Tree = dict[str, Any]


def write_element(invoice: Invoice) -> bytes:
    """Return the XML document of an invoice, UTF-8."""
    digital = not invoice.code
    root = etree.Element("EInvoice") if digital else etree.Element(f"{{{EDRM}}}eInvoice", nsmap={"fp": EDRM})
    _grow(root, _digital(invoice) if digital else _tax_control(invoice), None if digital else EDRM)
    etree.SubElement(root, "Extension").text = msgspec.json.encode(_not_told(invoice, root)).decode()
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))


def _not_told(invoice: Invoice, root: etree._Element) -> Tree:
    draft = Draft()
    read_element(root, draft, "element")
    told, wanted = msgspec.to_builtins(draft.build()), msgspec.to_builtins(invoice)
    return {name: value for name, value in wanted.items() if told[name] != value}


def _grow(parent: etree._Element, tree: Tree, namespace: str | None) -> None:
    for name, value in tree.items():
        for each in value if isinstance(value, list) else [value]:
            if each is None:
                continue
            child = etree.SubElement(parent, f"{{{namespace}}}{name}" if namespace else name)
            if isinstance(each, dict):
                _grow(child, each, namespace)
            else:
                child.text = _clean(str(each))


def _clean(text: str) -> str:
    return "".join(
        sign
        for sign in text
        if sign in "\t\n" or (sign >= " " and not "\ud800" <= sign <= "\udfff" and sign not in "\ufffe\uffff")
    )


def _digital(invoice: Invoice) -> Tree:
    kind = KINDS.get(invoice.kind or "")
    return {
        "Header": {
            "EIid": invoice.number,
            "EInvoiceTag": "SWEI3200",
            "Version": "0.32",
            "InherentLabel": {
                "InIssuType": {
                    "LabelCode": "N" if invoice.red else "Y",
                    "LabelName": "红字" if invoice.red else "蓝字",
                },
                "EInvoiceType": {"LabelCode": "01", "LabelName": "电子发票"},
                "GeneralOrSpecialVAT": {"LabelName": kind.label} if kind else None,
            },
        },
        "EInvoiceData": {
            "SellerInformation": _party("Seller", invoice.seller),
            "BuyerInformation": _party("Buyer", invoice.buyer),
            "BasicInformation": {
                "TotalAmWithoutTax": invoice.amount,
                "TotalTaxAm": invoice.tax if invoice.tax is not None else invoice.tax_text,
                "TotalTax-includedAmount": invoice.total,
                "TotalTax-includedAmountInChinese": invoice.total_in_words,
                "Drawer": invoice.drawer,
                "RequestTime": invoice.issued_at and f"{invoice.issued_at:%Y-%m-%d %H:%M:%S}",
            },
            "IssuItemInformation": [_digital_line(line) for line in invoice.lines],
            "SpecificInformation": {
                "RedEInvoice": {
                    "OriginalInvoiceCode": invoice.red.original_number,
                    "CreditNoteNumber": invoice.red.confirmation_number,
                }
            }
            if invoice.red
            else None,
            "AdditionalInformation": {"Remark": invoice.remark},
        },
        "TaxSupervisionInfo": {
            "InvoiceNumber": invoice.number,
            "IssueTime": invoice.issued_on and invoice.issued_on.isoformat(),
        },
    }


def _party(side: str, party: Party) -> Tree:
    return {
        f"{side}IdNum": party.tax_id,
        f"{side}Name": party.name,
        f"{side}Addr": party.address,
        f"{side}TelNum": party.phone,
        f"{side}BankName": party.bank,
        f"{side}BankAccNum": party.account,
    }


def _digital_line(line: Line) -> Tree:
    return {
        "ItemName": line.name,
        "SpecMod": line.spec,
        "MeaUnits": line.unit,
        "Quantity": _plain(line.quantity),
        "UnPrice": _plain(line.price),
        "Amount": line.amount,
        "TaxRate": line.rate,
        "ComTaxAm": line.tax if line.tax is not None else line.tax_text,
        "TaxClassificationCode": line.tax_code,
    }


def _plain(number: Any) -> str | None:
    return None if number is None else format(number, "f")


def _tax_control(invoice: Invoice) -> Tree:
    return {
        "DocID": f"{invoice.code}_{invoice.number}",
        "InvoiceCode": invoice.code,
        "InvoiceNo": invoice.number,
        "IssueDate": invoice.issued_on and f"{invoice.issued_on:%Y年%m月%d日}",
        "InvoiceCheckCode": invoice.check_code,
        "MachineNo": invoice.machine_number,
        "TaxControlCode": invoice.cipher,
        "Buyer": _edrm_party("Buyer", invoice.buyer),
        "Seller": _edrm_party("Seller", invoice.seller),
        "TaxInclusiveTotalAmount": invoice.total,
        "TaxInclusiveTotalAmountWithWords": invoice.total_in_words,
        "TaxExclusiveTotalAmount": invoice.amount,
        "TaxTotalAmount": invoice.tax if invoice.tax is not None else invoice.tax_text,
        "Note": invoice.remark,
        "InvoiceClerk": invoice.drawer,
        "Payee": invoice.payee,
        "Checker": invoice.reviewer,
        "GraphCode": invoice.qr,
        "GoodsInfos": {"GoodsInfo": [_edrm_line(line) for line in invoice.lines]},
    }


def _edrm_party(side: str, party: Party) -> Tree:
    address = " ".join(part for part in (party.address, party.phone) if part) or None
    bank = " ".join(part for part in (party.bank, party.account) if part) or None
    return {
        f"{side}Name": party.name,
        f"{side}TaxID": party.tax_id,
        f"{side}AddrTel": address,
        f"{side}FinancialAccount": bank,
    }


def _edrm_line(line: Line) -> Tree:
    return {
        "Item": line.name,
        "Code": line.tax_code,
        "Specification": line.spec,
        "MeasurementDimension": line.unit,
        "Quantity": _plain(line.quantity),
        "Price": _plain(line.price),
        "Amount": line.amount,
        "TaxScheme": line.rate,
        "TaxAmount": line.tax if line.tax is not None else line.tax_text,
    }
