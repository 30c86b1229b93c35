"""Members: one outside verification service each (查验服务)."""
