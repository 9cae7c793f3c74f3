"""What stands where on the pages of each site: one module a site (docs/sites.md)."""
