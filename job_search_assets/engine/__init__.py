"""Floor 4: where and how things are stored and run. The only floor that names a database."""
