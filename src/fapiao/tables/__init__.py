"""tables (表格): streaming rows of workbooks and delimited text, headings, and what a row says of an invoice."""
