"""What accompanies a run from its start to its end: one class a module."""
