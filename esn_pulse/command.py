"""What the project's own commands share; inside ``commands`` it would be taken for one."""

from abc import ABC

from scrapy.commands import ScrapyCommand
from scrapy.settings import Settings


class PulseCommand(ScrapyCommand, ABC):
    """A command that needs the project's settings, but no crawler of its own."""

    requires_project = True
    requires_crawler_process = False

    @property
    def project_settings(self) -> Settings:
        """The settings, with what ``-s`` gave."""
        if self.settings is None:
            raise RuntimeError("Scrapy sets a command's settings before it runs it")
        return self.settings
