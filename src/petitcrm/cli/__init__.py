"""The command line: words to one verb, what it returned to lines, JSON or CSV."""
