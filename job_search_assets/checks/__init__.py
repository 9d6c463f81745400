"""Floor 5: what must hold. Sentences about tables that are true when all is well."""
