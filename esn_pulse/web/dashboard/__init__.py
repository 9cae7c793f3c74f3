"""The dashboard: pages, a module a subject, each of what the query modules read."""
