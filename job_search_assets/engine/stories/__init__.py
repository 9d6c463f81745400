"""Floor 4, `job-search why`: what became of an account, a user, a pair, a table, read from an opened build."""
