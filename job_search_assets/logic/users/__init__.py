"""Raw rows: from text as people wrote it to typed tables that keep the contract."""
