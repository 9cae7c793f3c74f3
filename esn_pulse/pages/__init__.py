"""What stands where on the pages: a module a site or a kind of page (docs/sites.md)."""
