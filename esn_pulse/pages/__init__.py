"""What stands where on the pages of each site: a module a site or a kind of page (docs/sites.md)."""
