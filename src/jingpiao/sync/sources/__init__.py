"""The sources of invoices (来源成员): one module each, found by the registry (`jingpiao.sync.source`)."""
