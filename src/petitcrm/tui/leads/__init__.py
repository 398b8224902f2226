"""Leads in the interface: the inbox, the four questions, and the hand-over."""
