"""The way of an item into the database: validation, slug check, PostgreSQL, in this order."""
