"""Taking in the lists that a firm already has, whatever program they come from."""
