"""What goes to and fro between the base and the world: mail and calendars."""
