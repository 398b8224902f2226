"""Marketing: what leaves by mail, from what text, and what comes back."""
