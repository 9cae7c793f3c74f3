"""The REST API: a module a subject, each of what the query module of its name reads."""
