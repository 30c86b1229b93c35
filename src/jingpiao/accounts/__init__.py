"""accounts (账户): the operator's account and sessions; organisations come later."""
