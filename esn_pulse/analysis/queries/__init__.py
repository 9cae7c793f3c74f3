"""What is read: a module a subject. Each takes a connection, and returns typed rows."""
