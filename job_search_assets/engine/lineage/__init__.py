"""Floor 4, what was made of what: by which code, from which columns, told to OpenLineage too."""
