"""The interface of mail: what waits, one mail to read, one to write."""
