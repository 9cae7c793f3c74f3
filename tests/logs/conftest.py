from tests.extensions.conftest import crawl_sample, logging_as_before, running_site, site

__all__ = ["crawl_sample", "logging_as_before", "running_site", "site"]
