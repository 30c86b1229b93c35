"""The file formats (文件格式) that invoices come in, one file or folder each."""
