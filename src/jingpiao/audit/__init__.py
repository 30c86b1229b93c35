"""audit (审计): who did what."""
