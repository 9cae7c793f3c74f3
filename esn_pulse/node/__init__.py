"""A Scrapyd node whose queue is in PostgreSQL: the classes that ``scrapyd.conf`` names."""
