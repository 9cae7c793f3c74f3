"""The web: a dashboard and a REST API, which read what the ``bi`` views hold and change nothing."""
