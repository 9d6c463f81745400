"""Floor 4, tables and models: where they are kept, how they are published, and what of them is made again."""
