"""The sections that always exist: one for every rule and variant of the two sites."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sample.network.model import Contact, Flaw, Point


@dataclass(frozen=True)
class Charter:
    """How a section is founded. ``quirks`` replaces fields of the section that is made of it."""

    country_code: str
    name: str
    slug: str
    alias: str | None
    city: str
    quirks: Mapping[str, Any] = field(default_factory=dict)


HEAD_REFUSALS = {
    "esn-university-cork": 405,
    "esn-siena": 405,
    "esn-siena-0": 405,
    "esn-siena-1": 405,
    "esn-trondheim": 403,
}

ACTIVITY_COUNTS = {
    "tr-anka-met": 35,
    "nl-rott-eur": 10,
    "de-mann-uni": 0,
    "cz-brno-vut": 2,
    "cz-pard-upc": 0,
    "pl-lubl-umc": 2,
    "mt-msid-uom": 2,
    "lu-luxe-uni": 2,
    "li-vadu-hli": 0,
}
"""Sections whose number of ordinary activities is not left to chance, by accounts slug.

Others don't ask them to join in.
"""

_NO_RULE = {"alias_is_guessable": False}

CHARTERS = (
    # Names whose alias is their plain slug, but for transliteration.
    Charter(
        "TR",
        "ESN METU",
        "tr-anka-met",
        "esn-metu",
        "Ankara",
        {
            "university_name": "Middle East Technical University",
            "page_point": Point(Decimal("39.8917485"), Decimal("32.7803575")),
            "contact": Contact(
                "esn@metu.example",
                "https://metu.esn-tr.example",
                (
                    ("Facebook", "https://www.facebook.com/metu.example"),
                    ("X", "https://x.com/metu_example"),
                    ("LinkedIn", "https://www.linkedin.com/company/metu-example/"),
                ),
            ),
        },
    ),
    Charter(
        "TR",
        "ESN Yıldız",
        "tr-ista-yil",
        "esn-yildiz",
        "İstanbul",
        {
            "contact": Contact(
                website="https://www.yildiz.example/esn?lang=en&from=accounts",
                social_media=(("Twitter", "https://twitter.com/yildiz_example"),),
                website_has_title=False,
            ),
            "logo_is_grouped": False,
        },
    ),
    Charter("PL", "ESN UŚ Katowice", "pl-kato-uni", "esn-us-katowice", "Katowice"),
    Charter("NO", "ESN Tromsø", "no-trom-uit", "esn-tromso", "Tromsø"),
    Charter("DE", "ESN Göttingen", "de-goet-uni", "esn-gottingen", "Göttingen", {"logo": None}),
    Charter("DE", "ESN Gießen", "de-gies-jlu", "esn-giessen", "Gießen", {"university_name": None}),
    Charter("CZ", "ESN ČZU Praha", "cz-prag-czu", "esn-czu-praha", "Praha", {"city": None}),
    # Punctuation is dropped.
    Charter("IT", "ESN L'Aquila", "it-laqu-uni", "esn-laquila", "L'Aquila", {"address": ()}),
    Charter("DE", "ESN Bonn e.V.", "de-bonn-uni", "esn-bonn-ev", "Bonn", {"contact": Contact()}),
    Charter("DE", "ESN Witten/Herdecke", "de-witt-uwh", "esn-wittenherdecke", "Witten"),
    Charter("PL", "ESN Gdańsk (Politechnika)", "pl-gdan-pol", "esn-gdansk-politechnika", "Gdańsk"),
    Charter("NL", "ESN Arts & Crafts Utrecht", "nl-utre-art", "esn-arts-crafts-utrecht", "Utrecht"),
    # Small words are dropped.
    Charter(
        "IE",
        "ESN University of Galway",
        "ie-galw-uni",
        "esn-university-galway",
        "Galway",
        {"page_point": Point(Decimal("53.2734"), Decimal("-9.0568125"))},
    ),
    Charter("NL", "ESN The Hague", "nl-hagu-hhs", "esn-hague", "Den Haag"),
    Charter("CZ", "ESN CTU in Prague", "cz-prag-ctu", "esn-ctu-prague", "Praha"),
    Charter("CZ", "ESN UP OLOMOUC", "cz-olom-upo", "esn-olomouc", "Olomouc"),
    # The alias was taken.
    Charter("NL", "ESN Leiden", "nl-leid-uni", "esn-leiden-0", "Leiden", {"map_point": None}),
    Charter("TR", "ESN IŞIK", "tr-ista-isi", "esn-isik-0", "İstanbul"),
    Charter("IT", "ESN Siena", "it-sien-uni", "esn-siena-1", "Siena"),
    # The organisation was renamed.
    Charter(
        "IE",
        "ESN Maynooth",
        "ie-mayn-uni",
        "esn-kildare-students",
        "Maynooth",
        {"moved_from": "esn-maynooth"},
    ),
    # The alias is older than the name, and to be found by the name on cards; of the first one by
    # the rules also another section's, which has no page.
    Charter("CZ", "ESN Ostravská", "cz-ostr-vsb", "esn-vsb-tu-ostrava", "Ostrava", _NO_RULE),
    Charter("CZ", "ESN VSB - TU Ostrava", "cz-ostr-tuo", None, "Ostrava"),
    Charter("CZ", "ESN VUT Brno", "cz-brno-vut", "esn-isc-brno", "Brno", _NO_RULE),
    # So old, too, but on no card of others: only an operator can know it.
    Charter("CZ", "ESN UPa Pardubice", "cz-pard-upc", "esn-isc-pardubice", "Pardubice", _NO_RULE),
    # The first alias by the rules is that of an organisation without activities, nobody's.
    Charter("PL", "ESN Lublin", "pl-lubl-umc", "esn-lublin-0", "Lublin", _NO_RULE),
    # There is no organisation at all.
    Charter("GR", "ESN Kozani", "gr-koza-uow", None, "Κοζάνη"),
    # HEAD is refused (for Siena too, even of the aliases that do not exist).
    Charter("IE", "ESN University of Cork", "ie-cork-ucc", "esn-university-cork", "Cork"),
    Charter("NO", "ESN Trondheim", "no-tron-ntn", "esn-trondheim", "Trondheim"),
    # Coordinates: on the map only, nowhere.
    Charter(
        "GR", "ESN Athens AUEB", "gr-athe-aue", "esn-athens-aueb", "Αθήνα", {"page_point": None}
    ),
    Charter(
        "GB",
        "ESN Aberdeen",
        "gb-aber-uni",
        "esn-aberdeen",
        "Aberdeen",
        {"page_point": None, "map_point": None, "university_website": None},
    ),
    # Listings of exactly one full page, and of none; the latter never registered an activity.
    Charter("NL", "ESN EUR Rotterdam", "nl-rott-eur", "esn-eur-rotterdam", "Rotterdam"),
    Charter("DE", "ESN Mannheim", "de-mann-uni", "esn-mannheim", "Mannheim"),
    # The country bears the same name, and has pages, too; or none; or pages where this has no card.
    Charter("MT", "ESN Malta", "mt-msid-uom", "esn-malta", "Msida"),
    Charter("LU", "ESN Luxembourg", "lu-luxe-uni", "esn-luxembourg", "Esch"),
    Charter("LI", "ESN Liechtenstein", "li-vadu-hli", "esn-liechtenstein", "Vaduz"),
    # Broken pages.
    Charter(
        "GB",
        "ESN Bath",
        "gb-bath-uni",
        "esn-bath",
        "Bath",
        {"flaws": (Flaw("email", "committee(at)bath.example"),)},
    ),
    Charter(
        "PL",
        "ESN Toruń",
        "pl-toru-umk",
        "esn-torun",
        "Toruń",
        {"flaws": (Flaw("website", "htp://torun.example"),)},
    ),
    Charter(
        "GR",
        "ESN Rhodes",
        "gr-rhod-aeg",
        "esn-rhodes",
        "Ρόδος",
        {
            "flaws": (Flaw("latitude", "136.4341000"), Flaw("longitude", "282.2176000")),
            "map_point": None,
        },
    ),
    Charter("TR", "ESN Konya", "tr-kony-sel", "esn-konya", "Konya", {"page_status": 500}),
)
