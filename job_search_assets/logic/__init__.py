"""Floor 3: how it is computed. Pure functions: tables and plain values in, tables and models out."""
