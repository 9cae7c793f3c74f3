"""What a valid row is, and how names become codes and slugs."""
