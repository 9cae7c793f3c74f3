"""How requests are made: one short class a module."""
