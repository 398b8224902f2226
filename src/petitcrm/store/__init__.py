"""The base: everything in petitcrm that knows SQL."""
