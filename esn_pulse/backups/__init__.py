"""Copies of the database, and what puts them back."""
