"""Floor 2: what a table looks like. One pandera class a table, every column described."""
