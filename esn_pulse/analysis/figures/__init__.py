"""What is shown: a module a kind of figure. Each takes rows, and returns a ``Figure``."""
