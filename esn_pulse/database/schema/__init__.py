"""The schema: its migrations, the views for BI, and what is this project's in a database."""
