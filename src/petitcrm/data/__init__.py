"""Public data shipped with the program; SOURCE.txt names sources, dates and licences."""
