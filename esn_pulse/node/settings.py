"""The project's settings, in the process of a node."""

from functools import lru_cache

from scrapy.settings import Settings


@lru_cache
def node_settings() -> Settings:
    """Return the settings as this machine's environment has them; Scrapyd itself has none."""
    settings = Settings()
    settings.setmodule("esn_pulse.settings", priority="project")
    return settings
