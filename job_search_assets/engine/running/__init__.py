"""Floor 4, runs: what is made, what is said meanwhile, and what Dagster writes down."""
