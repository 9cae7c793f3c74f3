"""Who asks: accounts of ESN, local users, sessions and keys."""
