"""The report: one HTML file that shows what is in the ``bi`` views, see ``writing``."""
