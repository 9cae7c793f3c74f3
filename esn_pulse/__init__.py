"""ESN PULSE: the public data of the Erasmus Student Network, in PostgreSQL, every week."""
