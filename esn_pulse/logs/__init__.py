"""What is told and where: log files, the console, and what must not be told."""
