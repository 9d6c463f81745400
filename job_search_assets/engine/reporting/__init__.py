"""Floor 4, what people read beside tables: pictures, cards, plans, and the state of the project."""
