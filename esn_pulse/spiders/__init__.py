"""The spiders. They navigate, and do nothing else."""
