"""How pages are fetched: each at its turn, as a whole, by way of a browser if need be."""
