"""The questions (提问) that people ask about a world's invoices, by where the invoices are."""
