"""The checks (校验规则) that an invoice should keep, one file each."""
