"""Activities that always exist for the sake of those who organise them."""

from dataclasses import replace
from datetime import date, timedelta

from sample.network.model import Activity, Flaw, Section
from sample.network.national import ALUMNI, ITALY, LIECHTENSTEIN, MALTA, POLAND, TURKIYE
from sample.network.organisations import Organiser
from sample.network.showcase import plain_activity


def showcase_of_organisers(today: date, sections: tuple[Section, ...]) -> list[Activity]:
    """Return the activities, ``sections`` being at least the chartered ones."""
    organisers = {one.slug: Organiser(one.alias or "", one.name) for one in sections}
    return [
        *_national(today),
        *_renamed(today, organisers),
        *_named_on_cards(today, organisers),
        *_of_all_kinds(today, organisers),
    ]


def _national(today: date) -> list[Activity]:
    """Return activities that no section organises."""

    def ago(days: int) -> date:
        return today - timedelta(days=days)

    turkiye, poland = TURKIYE.organiser, POLAND.organiser
    flaw = Flaw("participants", "-3")
    return [
        replace(
            plain_activity(581, "National Erasmus Games", ago(200), turkiye),
            end=ago(196),
            participants=2150,
            sdgs=(3, 17),
            objectives=("Healthy Lifestyle",),
        ),
        replace(
            plain_activity(582, "General Assembly", today + timedelta(days=46), turkiye),
            online=True,
            platform="Discord",
            city=None,
            country_code=None,
            participants=None,
        ),
        replace(plain_activity(583, "Summit of Presidents", ago(220), poland), flaws=(flaw,)),
        replace(plain_activity(584, "Closed Session", ago(230), poland), page_status=500),
        plain_activity(585, "Alpine Meeting", ago(240), LIECHTENSTEIN.organiser),
    ]


def _renamed(today: date, organisers: dict[str, Organiser]) -> list[Activity]:
    """Return activities whose cards and pages link to an alias from before."""
    day = today - timedelta(days=250)
    galway = organisers["ie-galw-uni"]
    maynooth = organisers["ie-mayn-uni"]._replace(former_alias="esn-maynooth")
    italy = ITALY.organiser._replace(former_alias=ITALY.moved_from or "")
    return [
        plain_activity(591, "Greyhound Derby", day, maynooth, galway),
        plain_activity(592, "Pasta Contest", day, italy),
        plain_activity(593, "Gnocchi Contest", day, organisers["it-laqu-uni"], italy),
    ]


def _named_on_cards(today: date, organisers: dict[str, Organiser]) -> list[Activity]:
    """Return activities of sections whose alias is only known by such a card, and of one more."""
    day = today - timedelta(days=260)
    brno, prague = organisers["cz-brno-vut"], organisers["cz-prag-ctu"]
    lublin, katowice = organisers["pl-lubl-umc"], organisers["pl-kato-uni"]
    return [
        plain_activity(594, "Moravian Wine Tasting", day, brno, prague),
        plain_activity(595, "Silesian Mining Tour", day, lublin, katowice),
        plain_activity(596, "Gingerbread Baking", day, organisers["cz-pard-upc"]),
    ]


def _of_all_kinds(today: date, organisers: dict[str, Organiser]) -> list[Activity]:
    """Return activities of a section and its country, and of those that are neither or no page."""
    day = today - timedelta(days=270)
    metu, malta = organisers["tr-anka-met"], organisers["mt-msid-uom"]
    friends = [
        Organiser("", name) for name in ("Friends of\xa0the Lake", "Friends of the Lake", "\xa0")
    ]
    graduates = Organiser("", "Σύλλογος Αποφοίτων & Φίλων", website="https://graduates.example/")
    library = Organiser("", "Çankaya Kütüphanesi 📚")
    return [
        plain_activity(597, "Night of the Three Cities", day, malta, MALTA.organiser),
        plain_activity(598, "Lake Eymir Clean-Up", day, metu, *friends, ALUMNI.organiser, metu),
        plain_activity(599, "Old Friends Reunion", day, graduates, ALUMNI.organiser, library, metu),
    ]
