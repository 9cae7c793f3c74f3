"""What operators see and do: runs and jobs, what went wrong, aliases, keys, who did what."""
