"""The commands, one module a noun; each is imported only when its noun is named."""
