"""Bringing a list in, step by step: the file, how its columns are read, what it would do, what it did."""
