"""Numbers (号码): one module a number, each with ``compact``, ``validate``, ``is_valid``, ``format``, ``explain``."""
