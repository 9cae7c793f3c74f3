"""Measures the project against the sample network: one module a measurement (``make bench``)."""
