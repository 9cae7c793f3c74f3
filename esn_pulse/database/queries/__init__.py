"""What is asked of the tables, and what is recorded apart from items; those go by pipelines."""
