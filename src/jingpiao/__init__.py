"""jingpiao (京票): the platform that holds invoices and answers for the missing ones."""
