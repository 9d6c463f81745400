"""Floor 4, forgetting a person: out of inputs, tables, models and whatever else remembers."""
