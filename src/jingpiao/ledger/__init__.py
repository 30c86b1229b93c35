"""ledger (台账): the journal that only grows, and the invoices, quarantine and recycle bin projected from it."""
