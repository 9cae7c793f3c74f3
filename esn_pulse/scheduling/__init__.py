"""When what is done, and by which node: the calendar, and the way to Scrapyd."""
