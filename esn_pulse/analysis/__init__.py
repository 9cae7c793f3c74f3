"""What the data say, read from the ``bi`` views: for the report, the web's pages, its API and CSV.

``queries`` reads rows, a module a subject; ``figures`` makes of them what is shown: the rows of a
chart, the sentence above it, and the same as a table.
"""
