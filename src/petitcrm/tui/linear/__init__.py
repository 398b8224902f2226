"""The interface for screen readers: one column of sentences, the terminal's own cursor on the line that is read."""
