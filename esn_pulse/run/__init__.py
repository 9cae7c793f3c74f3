"""A run: its database, its record, what it counts, and how signals end it."""
