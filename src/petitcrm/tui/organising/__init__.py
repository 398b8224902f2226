"""How the firm is organised: its people, who gets which leads, whom it looks for and whom it approaches."""
