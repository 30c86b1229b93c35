"""The causes (原因) why an invoice is not simply found, one file each."""
