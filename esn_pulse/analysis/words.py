"""How texts are compared in a search: without capitals, accents and signs."""

from dataclasses import dataclass
from typing import LiteralString

import psycopg

# As bi_cache.search has it, where the text is called part.
FOLDED: LiteralString = r"""
    regexp_replace(
        replace(replace(replace(replace(translate(
            lower(regexp_replace(normalize(part, NFKD), '[\u0300-\u036f]', '', 'g')),
            ' eaonritslucdmhkgpbyvfwzjqxłøđðħŧŋəıςŁØĐÐĦŦŊƏẞÆŒÞ'
            'ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЂЄЅІЈЉЊЋЏҐ',
            ' eaonritslucdmhkgpbyvfwzjqxloddhtneiσloddhtneßæœþ'
            'αβγδεζηθικλμνξοπρστυφχψωабвгдежзиклмнопрстуфхцчшщъыьэюяђєѕіјљњћџґ'
        ), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
        '[^a-z0-9\u00c0-\u1fff\u2c00-\ud7ff\uf900-\ufdff\ufe70-\uffdc\U00020000-\U0003ffff]+',
        ' ', 'g'
    )
"""
_FOLD: LiteralString = f"""
    SELECT trim(folded), (
        SELECT string_agg(format('''%%s'':*', left(word, 100)), ' & ')
        FROM string_to_table(folded, ' ') AS word WHERE word <> ''
    )
    FROM (SELECT {FOLDED} AS folded FROM (SELECT %s::text AS part) AS given) AS text
"""  # noqa: S608 (no part of it comes from outside)


@dataclass(frozen=True)
class Folded:
    """A text as names are compared.

    :ivar name: its words, parted by single blanks.
    :ivar query: a tsquery that finds what has all of its words.
    """

    name: str
    query: str


def fold(connection: psycopg.Connection, text: str) -> Folded | None:
    """Fold a text; each of its words may be the beginning of one, as while somebody types.

    :returns: None when there is neither letter nor digit in it, so that nothing can be found.
    """
    [(name, query)] = connection.execute(_FOLD, [text]).fetchall()
    return Folded(name, query) if query else None
