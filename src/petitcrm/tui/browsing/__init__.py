"""The third screen: contacts and companies as lists to narrow, to sort, and to act on many at once."""
