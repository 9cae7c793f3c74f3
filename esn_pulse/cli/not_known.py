"""What commands say of a name that nothing has; importing it takes the extra ``web``."""

from collections.abc import Iterator
from contextlib import contextmanager

from esn_pulse.exceptions import CommandError
from esn_pulse.web.sign_in.places import NotKnown

_SAYS = {
    "section": (
        "there is no section '{}'. Give it a slug that one has on accounts.esn.org or"
        " activities.esn.org, such as esn-metu; what there is comes with the first run"
    ),
    "country": "there is no country '{}'. Give its two letters, such as TR",
    "key": "there is no key '{}' that could be revoked. To see them: scrapy api_key list",
}


@contextmanager
def names_known() -> Iterator[None]:
    """Say it where a block finds nothing of a name.

    :raises CommandError: then.
    """
    try:
        yield
    except NotKnown as error:
        raise CommandError(_SAYS[error.kind].format(error.name)) from error
