"""The template of the plain PDF face (PDF 版面), in typst's language; all text comes from the data."""

TEMPLATE = r"""
#let i = json(bytes(sys.inputs.invoice))
#let v(x) = if x == none { "" } else { str(x) }
#pdf.attach("invoice.xml", bytes(i.xml), mime-type: "application/xml", relationship: "source")
#set document(title: v(i.kind_label) + " " + v(i.number))
#set page(width: 210mm, height: 140mm, margin: (x: 9mm, top: 8mm, bottom: 6mm))
#set text(font: i.font, size: 8.5pt, lang: "zh", cjk-latin-spacing: none)
#set par(leading: 0.45em)
#grid(columns: (24mm, 1fr, 58mm),
  if i.qr_image != "" { image(bytes(i.qr_image), format: "svg", width: 20mm) },
  align(center + horizon, text(size: 15pt, v(i.kind_label))),
  align(left)[
    #if i.code != none [发票代码：#v(i.code) \ ]
    发票号码：#v(i.number) \
    #if i.digital_number != none [数电发票号码：#v(i.digital_number) \ ]
    开票日期：#i.day \
    #if i.check_code != none [校验码：#v(i.check_code) \ ]
    #if i.machine_number != none [机器编号：#v(i.machine_number)]
  ])
#let party(p) = [名称：#v(p.name) \ 统一社会信用代码/纳税人识别号：#v(p.tax_id)]

#if i.code == none {
  grid(columns: (1fr, 1fr), stroke: 0.4pt, inset: 2mm, party(i.buyer), party(i.seller))
} else {
  block(stroke: 0.4pt, inset: 2mm, width: 100%, party(i.buyer))
}
#table(columns: (1fr, 24mm, 12mm, 18mm, 22mm, 24mm, 18mm, 22mm), stroke: none, inset: (x: 1mm, y: 0.8mm),
  align: (left, left, center, right, right, right, center, right),
  [项目名称], [规格型号], [单位], [数量], [单价], [金额], [税率], [税额],
  ..i.lines.map(l => (v(l.name), v(l.spec), v(l.unit), v(l.quantity), v(l.price), v(l.amount), l.rate_text,
    if l.tax_text != none { l.tax_text } else { v(l.tax) })).flatten(),
  table.hline(stroke: 0.4pt),
  [合计], [], [], [], [], [¥#v(i.amount)], [], [#if i.tax_text != none { i.tax_text } else [¥#i.tax_shown]])
#grid(columns: (1fr, 60mm), stroke: 0.4pt, inset: 2mm, [价税合计（大写） #i.words], [（小写）¥#v(i.total)])
#if i.code != none { block(stroke: 0.4pt, inset: 2mm, width: 100%, party(i.seller)) }
#block(stroke: 0.4pt, inset: 2mm, width: 100%)[备注：#v(i.remark)
  #if i.red != none [ 被红冲蓝字数电发票号码：#v(i.red.original_number) 红字发票信息确认单编号：#v(i.red.confirmation_number)]]
#grid(columns: (1fr, 1fr, 1fr), [#if i.payee != none [收款人：#v(i.payee)]], [#if i.reviewer != none [复核：#v(i.reviewer)]],
  [#if i.drawer != none [开票人：#v(i.drawer)]])
"""
