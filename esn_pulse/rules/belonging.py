"""Whose an alias of activities.esn.org is (docs/decisions.md, "Whose an alias is")."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from esn_pulse.items import Owner
from esn_pulse.rules.names import comparable
from esn_pulse.rules.slugs import alias as by_alias_rules
from esn_pulse.rules.slugs import candidates, is_alias

Names = Mapping[str, str | None]  # of organisations, by their aliases; None: none was seen yet


@dataclass(frozen=True)
class Claimant:
    """A section or a country, which may have an alias.

    :ivar name: as accounts.esn.org has it, a country's with a leading "ESN".
    :ivar alias: that it is known by so far.
    :ivar pinned: that an operator says it has.
    :ivar is_present: whether it has not left, merged or withdrawn.
    :ivar pinned_as: by what an operator would pin one.
    """

    owner: Owner
    name: str
    alias: str | None = None
    pinned: str | None = None
    is_present: bool = True
    pinned_as: str = ""

    @property
    def is_section(self) -> bool:
        """Whether it is no country."""
        return self.owner.country_code is None

    @cached_property
    def key(self) -> str:
        """Its name, to be compared."""
        return comparable(self.name)


@dataclass(frozen=True)
class Doubt:
    """An alias that may be somebody else's.

    :ivar name: what the site calls the organisation; None when no card was seen.
    :ivar is_shared: whether others bear the same name.
    """

    claimant: Claimant
    alias: str
    name: str | None
    is_shared: bool

    def __str__(self) -> str:
        kind = "section" if self.claimant.is_section else "country"
        said = f"{self.claimant.name} ({kind}) has {self.alias}"
        if self.name is None:
            said += ", of which no card was seen"
        elif comparable(self.name) != self.claimant.key:
            said += f", which the site calls {self.name}"
        return f"{said}, but others bear the same name" if self.is_shared else said


class Belonging:
    """Settles whose each alias is, by the names that the site shows.

    :param claimants: all sections and countries.
    :param names: all organisations.
    """

    def __init__(self, claimants: Iterable[Claimant], names: Names) -> None:
        self._claimants = [*claimants]
        self._names = names
        self._known = {one.key for one in self._claimants}
        present = [one for one in self._claimants if one.is_present]
        self._bearers = Counter(one.key for one in present)
        of_sections = {one.key for one in present if one.is_section}
        self._shared = of_sections & {one.key for one in present if not one.is_section}
        self._bearing: defaultdict[str, list[str]] = defaultdict(list)
        for slug, name in sorted(names.items()):
            if name and is_alias(slug):
                self._bearing[comparable(name)].append(slug)

    def settle(self) -> dict[Owner, str | None]:
        """Return the alias of each claimant; no two have the same, unless it is pinned to both.

        What an operator pins comes first, and nothing else for whom it is pinned; then what bears
        the claimant's name, then what the alias rules have found and no name of another
        contradicts. Sections come before countries.
        """
        taken = {one.pinned for one in self._claimants if one.pinned}
        settled = {
            one.owner: one.pinned if self._is_there(one) else None
            for one in self._claimants
            if one.pinned
        }
        for choice in (self._kept, self._named, self._unproven):
            for claimant in sorted(self._claimants, key=_precedence):
                if claimant.owner not in settled:
                    alias = next((one for one in choice(claimant) if one not in taken), None)
                    if alias:
                        settled[claimant.owner] = alias
                        taken.add(alias)
        return {one.owner: settled.get(one.owner) for one in self._claimants}

    def doubts(self) -> list[Doubt]:
        """Return the aliases that are held, but not proven; the gravest first.

        What an operator has pinned is no doubt.
        """
        doubts = [
            Doubt(one, one.alias, self._names.get(one.alias), is_shared=self._is_ambiguous(one))
            for one in sorted(self._claimants, key=_precedence)
            if one.alias and one.is_present and one.alias != one.pinned
            if self._is_ambiguous(one) or not self._is_proven(one, one.alias)
        ]
        return sorted(doubts, key=lambda doubt: (doubt.name is None, doubt.is_shared))

    def _is_ambiguous(self, claimant: Claimant) -> bool:
        """Tell whether a name alone does not tell which organisation is meant."""
        return self._bearers[claimant.key] > 1 or len(self._bearing[claimant.key]) > 1

    def _is_shared(self, claimant: Claimant) -> bool:
        """Tell whether a section and a country bear the name."""
        return claimant.key in self._shared

    def _is_proven(self, claimant: Claimant, alias: str) -> bool:
        """Tell whether an organisation bears the claimant's name."""
        name = self._names.get(alias)
        return bool(name) and comparable(name or "") == claimant.key

    def _is_anothers(self, claimant: Claimant, alias: str) -> bool:
        """Tell whether an organisation bears the name of another section or country."""
        name = self._names.get(alias)
        return bool(name) and claimant.key != comparable(name or "") in self._known

    def _is_there(self, claimant: Claimant) -> bool:
        """Tell whether what an operator pins is known to be a page."""
        return claimant.pinned == claimant.alias or claimant.pinned in self._names

    def _fitting(self, claimant: Claimant) -> list[str]:
        """Return the aliases that bear a claimant's name and may be its own.

        Of a section and a country of one name the section has the plain alias, if that exists.
        """
        return [one for one in self._bearing[claimant.key] if self._fits(claimant, one)]

    def _fits(self, claimant: Claimant, alias: str) -> bool:
        plain = by_alias_rules(claimant.name)
        if not self._is_shared(claimant):
            return True
        if plain not in self._names:
            return claimant.is_section
        return (alias == plain) == claimant.is_section

    def _kept(self, claimant: Claimant) -> list[str]:
        return [one for one in self._fitting(claimant) if one == claimant.alias]

    def _named(self, claimant: Claimant) -> list[str]:
        bearing, likeliest = self._fitting(claimant), candidates(claimant.name)
        return [*(one for one in likeliest if one in bearing), *bearing]

    def _unproven(self, claimant: Claimant) -> list[str]:
        """Return what the rules have found, or of a shared name what would fit, if it is nobody's.

        A page without cards tells neither.
        """
        alias = claimant.alias
        others = candidates(claimant.name) if self._is_shared(claimant) else []
        unnamed = [one for one in others if one in self._names and not self._names[one]]
        return [
            one
            for one in ([alias] if alias else []) + unnamed
            if self._fits(claimant, one) and not self._is_anothers(claimant, one)
        ]


def _precedence(claimant: Claimant) -> tuple[bool, bool, int, str]:
    """Those present come first, then sections; of equals the one that is known longer."""
    section_id, country_code = claimant.owner
    order = section_id or 0, country_code or ""
    return not claimant.is_present, not claimant.is_section, *order
