"""Signing in with a password: slow for who guesses, whoever it is that they guess of."""

from collections.abc import Callable

import psycopg
from fastapi.concurrency import run_in_threadpool

from esn_pulse.web.sign_in import local_users, passwords
from esn_pulse.web.sign_in.attempts import Attempts
from esn_pulse.web.turns import Turns
from esn_pulse.web.writing import Writing

Begin = Callable[[psycopg.Connection, int], str]


class LocalSignIn:
    """Signs local users in.

    :param clock: tells seconds that never go back.
    """

    def __init__(self, writing: Writing, clock: Callable[[], float]) -> None:
        self._writing = writing
        self._attempts = Attempts(clock)
        self._turns = Turns(passwords.AT_ONCE)

    async def by_password(self, address: str, name: str, password: str, begin: Begin) -> str | None:
        """Begin the session of a user.

        No connection is held while the password is checked, which takes a while.

        :param address: from where it is tried.
        :param begin: begins the session of the person of a number.
        :returns: what it returns; None when there is no such user, or the password is another one.
        :raises TooManyAttempts: when that happened too often.
        :raises TooBusy: when too many try at a time.
        """
        await self._attempts.begin(address, name)
        stored = await self._writing.run(lambda writing: local_users.find(writing, name))
        known = stored.password_hash if stored else None
        async with self._turns.one():
            kept = await run_in_threadpool(passwords.renewed, password, known)
        if stored is None or kept is None:
            return None

        def sign_in(writing: psycopg.Connection) -> str | None:
            is_so_still = local_users.renew(writing, stored, kept)
            return begin(writing, stored.person) if is_so_still else None

        token = await self._writing.run(sign_in)
        if token:
            await self._attempts.succeed(address, name)
        return token
