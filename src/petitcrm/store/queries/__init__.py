"""Named reads: one function a question, plain SQL for both engines, typed rows back."""

CALLED = "CASE WHEN c.first_name = '' AND c.last_name = '' THEN c.sort_name ELSE c.last_name END"
"""The family name of contact `c`; who has no name at all goes by the address or number that sorts it."""
