"""Activities that always exist: one at least for every variant of the activities site's pages."""

from dataclasses import replace
from datetime import date, timedelta

from sample.network.activities import event_slug, picture
from sample.network.model import Activity, Flaw, Markup, Section
from sample.network.national import NETHERLANDS, POLAND, TURKIYE
from sample.network.organisations import Organiser

_LONG_TITLE = ("Erasmus Games of Ankara " * 13)[:299] + "!"
_LONG_TYPE = ("Cultural, Social and Sport Activity " * 4)[:119] + "."


def showcase(today: date, sections: tuple[Section, ...]) -> list[Activity]:
    """Return the activities that always exist, ``sections`` being at least the chartered ones."""
    organisers = {one.slug: Organiser(one.alias or "", one.name) for one in sections}
    return [
        *_days_and_places(today, organisers),
        *_shared(today, organisers),
        *_these_days(today, organisers["no-trom-uit"]),
        *_flawed(today - timedelta(days=90), organisers["tr-anka-met"]),
        *_failing(today - timedelta(days=95), organisers),
    ]


def plain_activity(number: int, title: str, start: date, *organisers: Organiser) -> Activity:
    """Return a plain activity: one day in Ankara."""
    return Activity(
        event_slug=event_slug(title, number),
        title=title,
        start=start,
        end=start,
        organisers=organisers,
        city="Ankara",
        country_code="TR",
        participants=24,
        causes=("Culture",),
        types=("Cultural Activity",),
        description=("We met, we talked & we laughed.",),
        image=picture(number),
    )


def _days_and_places(today: date, organisers: dict[str, Organiser]) -> list[Activity]:
    metu, gottingen = organisers["tr-anka-met"], organisers["de-goet-uni"]

    def ago(days: int) -> date:
        return today - timedelta(days=days)

    return [
        replace(
            plain_activity(501, "Desert & Medina: a Week in Morocco", ago(80), metu),
            end=ago(73),
            city="Chefchaouen",
            country_code="MA",
            sdgs=(8,),
            markup=Markup(sdgs_in="alt with name", title_in_block=False),
        ),
        replace(
            plain_activity(502, "Skiing in Andorra", ago(300), metu, POLAND.organiser),
            city="Andorra la Vella",
            country_code="AD",
            sdgs=(13,),
            markup=Markup(country_by_code=True, sdgs_in="title"),
        ),
        replace(
            plain_activity(503, "Online Language Exchange", ago(400), metu),
            online=True,
            platform="Facebook / Zoom",
            city=None,
            country_code=None,
            participants=0,
            objectives=("Intercultural Dialogue",),
            goal=("Practise", "Listen & answer"),
            markup=Markup(goal_as_list=True),
        ),
        replace(
            plain_activity(504, "Christmas Market Tour", ago(2600), gottingen),
            city="Göttingen",
            country_code="DE",
            participants=2300,
            image=None,
            markup=Markup(very_old=True, country_by_code=True, thousands_separator=False),
        ),
        replace(
            plain_activity(505, "Welcome Week", today + timedelta(days=60), metu),
            end=today + timedelta(days=66),
            participants=None,
            registration_url="https://forms.example/welcome-week",
        ),
        replace(
            plain_activity(506, "Βραδιά ρεμπέτικου στο ODTÜ", ago(500), metu),
            outcomes=("Ωραία!", "Everybody sang\xa0🎶."),
        ),
    ]


def _shared(today: date, organisers: dict[str, Organiser]) -> list[Activity]:
    metu, tromso = organisers["tr-anka-met"], organisers["no-trom-uit"]
    bonn, gottingen = organisers["de-bonn-uni"], organisers["de-goet-uni"]
    ostrava, galway = organisers["cz-ostr-vsb"], organisers["ie-galw-uni"]
    turkiye = TURKIYE.organiser
    relabelled = metu._replace(label="ESN Middle East Technical University")

    def ago(days: int) -> date:
        return today - timedelta(days=days)

    return [
        replace(
            plain_activity(
                551, "Adventure Trip to Lofoten 🏔️", ago(35), tromso, relabelled, turkiye
            ),
            end=ago(31),
            city="Svolvær",
            country_code="NO",
            participants=1250,
            causes=("Health & Well-Being", "Environmental Sustainability"),
            types=("Trip", "Sport Activity"),
            objectives=("Mental Health & Well-Being", "Zero Waste"),
            sdgs=(3, 15),
            goal=("See the midnight sun\xa0together.", "Leave no trace."),
            description=("Day one: the ferry.", "Day two: the ridge, 448\xa0m.", "Day three: 🏠."),
            outcomes=("Nobody got lost.", "Everybody got wet."),
            markup=Markup(types_as_field=True, objectives_as_field=True),
        ),
        # Its page names Göttingen and a national organisation, yet Bonn's listing shows it.
        replace(
            plain_activity(552, "Rhine in Flames", ago(120), gottingen, NETHERLANDS.organiser),
            also_listed_by=(bonn.alias,),
            city="Bonn",
            country_code="DE",
        ),
        # Ostrava's alias can only be known from here: Galway's listing has this anyway.
        replace(
            plain_activity(553, "Speaking Czech with the Irish", ago(150), galway, ostrava),
            online=True,
            platform="Discord",
            city=None,
            country_code=None,
        ),
        replace(
            plain_activity(554, "Ice Hockey Evening", ago(210), ostrava),
            city="Ostrava",
            country_code="CZ",
        ),
    ]


def _these_days(today: date, organiser: Organiser) -> list[Activity]:
    """Return one that is over, but nobody has written yet how it was, and one of this week."""

    def unreported(number: int, title: str, day: date) -> Activity:
        one = plain_activity(number, title, day, organiser)
        return replace(one, city="Tromsø", country_code="NO", participants=None)

    return [
        unreported(571, "Kite Festival", today - timedelta(days=10)),
        unreported(572, "Chess Evening", today + timedelta(days=4)),
    ]


def _flawed(start: date, organiser: Organiser) -> list[Activity]:
    def flawed(number: int, title: str, field: str, shown: str) -> Activity:
        flaws = (Flaw(field, shown),)
        return replace(plain_activity(number, title, start, organiser), flaws=flaws)

    return [
        flawed(601, "Silent Disco", "description", "\xa0"),
        flawed(602, "Lost in Ankara", "participants", "-5"),
        flawed(603, "Open Air Cinema", "participants", "a lot"),
        flawed(604, "Back to the Future Night", "end_date", "01/02/2003"),
        replace(flawed(605, "Nineteenth Hole Golf", "sdgs", "SDG 18"), sdgs=(3,)),
        flawed(606, "Escape Room", "registration_url", "javascript:void(0)"),
        flawed(607, "Unfinished Bridge Walk", "registration_url", "https://["),
        flawed(608, "Erasmus Games", "title", _LONG_TITLE),
        flawed(609, "All at Once", "types", _LONG_TYPE),
        flawed(610, "Nameless Gathering", "title", ""),
        flawed(611, "Some Day Picnic", "start_date", "To be announced"),
    ]


def _failing(start: date, organisers: dict[str, Organiser]) -> list[Activity]:
    metu, tromso = organisers["tr-anka-met"], organisers["no-trom-uit"]
    return [
        replace(plain_activity(651, "Power Cut Party", start, tromso, metu), page_status=500),
        replace(plain_activity(652, "Deleted Scenes", start, metu), page_status=404),
    ]
