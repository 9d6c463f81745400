"""Floor 4, files that people bring and keep: found, read as rows of text, and told wrong by line."""
