"""How an organisation is visited: what of it is read, and what proves that it is that."""
