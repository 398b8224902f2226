"""What petitcrm is compared with: small programs that do the same job in the obvious way."""
