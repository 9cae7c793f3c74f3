"""How the command line changes local users: what is checked before, and audited after."""

import psycopg

from esn_pulse.exceptions import CommandError
from esn_pulse.web import audit
from esn_pulse.web.audit import Did
from esn_pulse.web.sign_in import local_users, people
from esn_pulse.web.sign_in.passwords import LONGEST, SHORTEST, hash_password
from esn_pulse.web.sign_in.people import Belongings
from esn_pulse.web.sign_in.places import accounts_slug, country_code


def add(
    connection: psycopg.Connection, who: str, name: str, password: str, wanted: Belongings
) -> None:
    """Make a user.

    :param who: as the audit names whoever does it.
    :param wanted: their sections by any slugs that these have or had, and countries in any
        letters.
    :raises NotKnown: when there is no such section or country.
    :raises CommandError: when something of it is not possible.
    """
    if not local_users.is_name(name):
        raise CommandError(
            f"'{name}' can't be a name. Take up to 50 small letters and digits, with dots, hyphens"
            " and underscores between them"
        )
    belongings = Belongings(
        sections=list(dict.fromkeys(accounts_slug(connection, one) for one in wanted.sections)),
        countries=list(dict.fromkeys(country_code(connection, one) for one in wanted.countries)),
    )
    if not local_users.add(connection, name, _hashed(password), belongings):
        raise CommandError(
            f"there is a user '{name}' already. To change the password: scrapy web_user password"
            f" {name}"
        )
    _record(connection, who, Did.MADE_USER, name)


def change_password(connection: psycopg.Connection, who: str, name: str, password: str) -> None:
    """Give a user another password; their sessions end.

    :raises CommandError: when there is no such user, or it can't be one.
    """
    if not local_users.change_password(connection, name, _hashed(password)):
        raise _nobody(name)
    _record(connection, who, Did.CHANGED_USER, name)


def remove(connection: psycopg.Connection, who: str, name: str) -> None:
    """Remove a person; their sessions and keys end.

    :param name: of a local user, or ``esn:`` and that of an ESN account.
    :raises CommandError: when there is nobody of that name.
    """
    known_as = name if name.startswith("esn:") else local_users.full_name(name)
    if not people.remove(connection, known_as):
        raise _nobody(name)
    audit.record(connection, who, Did.REMOVED_USER, known_as, None)


def _hashed(password: str) -> str:
    if not SHORTEST <= len(password) <= LONGEST:
        raise CommandError(
            f"the password has {len(password)} signs. Give it from {SHORTEST} to {LONGEST}"
        )
    return hash_password(password)


def _nobody(name: str) -> CommandError:
    return CommandError(f"there is no user '{name}'. To see who there is: scrapy web_user list")


def _record(connection: psycopg.Connection, who: str, did: Did, name: str) -> None:
    audit.record(connection, who, did, local_users.full_name(name), None)
