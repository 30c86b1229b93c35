"""fapiao (发票): Chinese invoices as values: numbers, money, files, QR payloads, checks, causes.

Pure functions over frozen values. No network, no database, no clock: whoever wants "today" passes it in.
"""
