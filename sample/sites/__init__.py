"""How it is shown: the two sites and their pages, and what can go wrong with them."""
