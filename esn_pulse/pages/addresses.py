"""The addresses of activities.esn.org: whose page each is."""

from esn_pulse.pages.markup import slug_in


def organisation_slug(address: str) -> str | None:
    """Take the alias out of an organisation's address, None when it is no such address."""
    return slug_in(address, "organisation")


def activity_slug(address: str) -> str | None:
    """Take the event slug out of an activity's address, None when it is no such address."""
    return slug_in(address, "activity")
