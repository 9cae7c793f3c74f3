"""The tests that take too long for every change: many sample networks, and awkward days."""
