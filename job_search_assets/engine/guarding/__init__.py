"""Floor 4, what stands in a run's way: edits that nobody told of, and manual steps that are open."""
