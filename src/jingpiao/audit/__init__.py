"""audit (审计): who did what, when and from where, in a chain that shows a changed or removed entry."""
