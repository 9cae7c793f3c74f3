"""All that a reader reads on the pages, in English, but for the figures (``analysis/texts.py``)."""

from collections.abc import Iterator
from datetime import date, datetime
from urllib.parse import urlencode

from esn_pulse.analysis.queries.activities import WholeActivity
from esn_pulse.analysis.queries.problems import Problem
from esn_pulse.analysis.queries.runs import Run
from esn_pulse.analysis.queries.sections import Section
from esn_pulse.analysis.texts import activities, capital, count, day, number, percent

LANGUAGE = "en"
DESCRIPTION = (
    "What the sections and national organisations of the Erasmus Student Network do, as their"
    " public pages tell it."
)

# Signing in -------------------------------------------------------------------------------------

SIGN_IN = "Sign in"
SIGN_OUT = "Sign out"
SIGN_IN_TITLE = "Sign in"
SIGN_IN_LEAD = (
    "For those who look after the data of a section or a country, and for operators. The figures"
    " need no account."
)
SIGN_IN_CLOSED_LEAD = "This ESN PULSE is for those who have signed in."
SIGNED_IN_AS = "Signed in as"
WITH_ESN = "With your ESN account"
WITH_ESN_BUTTON = "Sign in with ESN"
WITH_ESN_READS = (
    "You sign in on accounts.esn.org, which then tells this site who you are. Of that it keeps your"
    " user name, the number of your account, and of which sections, countries and committees you"
    " are; nothing else, and no password."
)
LOCAL_USER = "With a local user"
LOCAL_USER_IS = "Local users are made by the operators of this site."
USER_NAME = "User name"
PASSWORD = "Password"  # noqa: S105
WRONG_PASSWORD = "There is no such user, or the password is another one."  # noqa: S105
SIGN_IN_OVER = (
    "This sign-in was used already, has taken longer than ten minutes, or was begun in another"
    " window or browser. Please begin again."
)


def name_taken(name: str) -> str:
    """Say why somebody can't sign in under a name."""
    return (
        f"The user name {name} was another ESN account's here before. Please tell whoever runs this"
        f" site: scrapy web_user remove esn:{name} removes that one, and then you can sign in."
    )


ESN_DENIED = (
    "You did not let ESN's sign-in tell who you are, so you are not signed in. Begin again if you"
    " want to; the figures need no account."
)
ESN_AWAY = (
    "ESN's sign-in can't be reached right now. Please try again in a while, or sign in with a local"
    " user."
)
ESN_ODD = (
    "ESN's sign-in did not say who you are. Please begin again; if that happens once more, tell"
    " whoever runs this site, who finds the reason in the log."
)
NO_SUBJECT = (
    "ESN's sign-in did not say which account this is. Please tell whoever runs this site, or sign"
    " in with a local user."
)
NO_USER_NAME = (
    "ESN's sign-in gave a user name that can't be used here: it is missing, longer than 60 signs,"
    " or has a colon or signs that nobody sees. Please have it changed on accounts.esn.org, or sign"
    " in with a local user."
)


def too_many_attempts(seconds: int) -> str:
    """Say when somebody may try a password again."""
    return f"Too many passwords were wrong. Please wait for {count(-(-seconds // 60), 'minute')}."


# Every page --------------------------------------------------------------------------------------

SKIP = "Skip to the content"
NAVIGATION = "Main"
NAVIGATION_LINKS = (
    ("/", "Network"),
    ("/countries", "Countries"),
    ("/sections", "Sections"),
    ("/activities", "Activities"),
    ("/api/docs", "API"),
)
SEARCH = "Search"
SEARCH_LABEL = "Search sections, countries, organisations and activities"
SEARCH_HINT = "Section, country, activity …"
NEVER_READ = "Its activities were never read: no page of it on activities.esn.org is known."


def last_read(moment: datetime | None) -> str:
    """Say how old the data of somebody are."""
    return f"Read on {day(moment.date())}." if moment else NEVER_READ


def last_runs(runs: list[Run]) -> str:
    """Say how old all data are."""
    what = {"accounts": "Sections", "activities": "activities"}
    ended = [
        f"{what.get(run.spider, run.spider)} as of {day(run.ended_at.date())}"
        for run in runs
        if run.ended_at
    ]
    return f"{capital(', '.join(ended))}." if ended else ""


def back_to(path: str) -> str:
    """Return how the sign-in is told to lead back to a page."""
    return "" if path == "/" else f"?{urlencode({'next': path})}"


LIVE_LOST = "This may be old by now: there is no connection. It is tried again."
LIVE_GONE = "This is not kept up to date any more. Load the page again."
LOAD_AGAIN = "Load the page again to see how it goes on"
TO_THE_NETWORK = "To the whole network"
HOW_COUNTED = (
    "An activity of two sections counts for both of them, once for a country, and once for the"
    " network; it belongs to the countries of its organisers, and to the day on which it begins."
    " One that a national organisation organises alone counts for its country and the network, and"
    " for no section. Days and times are UTC. Participants are as reported by the organisers."
)
ABOUT = "Collected from accounts.esn.org and activities.esn.org by ESN PULSE."
FOR_DEVELOPERS = "For developers: the same as JSON and CSV."
MAP = "Map:"
PAGES, PREVIOUS, NEXT = "Pages", "Previous", "Next"


def page_of(number_: int, last: int) -> str:
    """Say which page this is."""
    return f"Page {number(number_)} of {number(last)}"


# Periods -----------------------------------------------------------------------------------------

COUNTRY, ALL_COUNTRIES = "Country", "All countries"
FROM, TO, SHOW, PERIODS = "From", "To", "Show", "Periods"
LAST_365_DAYS, THIS_YEAR, ALL_TIME = "Last 365 days", "This year", "All time"


# Errors ------------------------------------------------------------------------------------------

ERROR_TITLES = {
    404: "There is no such page",
    405: "That is not possible here",
    422: "That was not understood",
    429: "Too many requests",
    500: "Something went wrong here",
    503: "No data right now",
}
ERROR = "That did not work"
WHAT_THERE_IS = "What there is"

# Searching ---------------------------------------------------------------------------------------

SEARCH_TITLE = "Search"
KINDS = {
    "section": "Sections",
    "country": "Countries",
    "organisation": "Other organisations",
    "activity": "Activities",
}
TYPE_SOMETHING = "Type a part of a name, a city, a country or a title."


MORE = "There are more: type another word."
MORE_ACTIVITIES = "All activities with these words"


def found(text: str, shown: int, *, is_all: bool) -> str:
    """Say how much was found."""
    if not shown:
        return f"Nothing was found for “{text}”."
    return f"{count(shown, 'result')}{'' if is_all else ', and more,'} for “{text}”."


# What is somebody's own ---------------------------------------------------------------------------

YOURS, IS_YOURS = "Yours", "yours"


def own(read: datetime | None, completeness: float | None, activities_: int) -> str:
    """Say how the data of somebody's own section or country are."""
    said = [
        f"read on {day(read.date())}" if read else "never read",
        *([f"{percent(completeness)} complete"] if completeness is not None else []),
        f"{activities(activities_)} in the period shown",
    ]
    return " · ".join(said)


# Jobs --------------------------------------------------------------------------------------------

STATE, SECTIONS_DONE = "How it goes", "Sections that are done"


def to(name: str) -> str:
    """Lead to something."""
    return f"To {name}"


# The network and the countries -------------------------------------------------------------------

NETWORK_TITLE = "The whole network"
NETWORK_LEAD = (
    "What the sections and national organisations of the Erasmus Student Network do, as their"
    " public pages tell it."
)
AT_A_GLANCE = "At a glance"
WHERE = "Where the sections are"
WHEN = "Over time"
WHAT = "What the activities are about"
WHO = "Who is active"
GROWTH = "Who grows, and who went quiet"
HOW_GOOD = "How good the data are"

COUNTRIES_TITLE = "Countries"
COUNTRIES_LEAD = "All countries of the network. Choose one to see its sections and what they do."
COUNTRIES_COLUMNS = {
    "country": ("Country", False),
    "rank": ("Place", True),
    "sections": ("Sections", True),
    "activities_in_period": ("Activities", True),
    "national_activities_in_period": ("… national", True),
    "participants_in_period": ("Participants", True),
}
SECTIONS_TITLE = "The sections"
SECTIONS_LEAD = "All sections of the network, the busiest first."
SECTIONS_COLUMNS = {
    "section": ("Section", False),
    "country": ("Country", False),
    "city": ("City", False),
    "activities_in_period": ("Activities", True),
    "participants_in_period": ("Participants", True),
    "activities": ("All activities", True),
    "last_activity_on": ("Last activity", True),
}
NEVER = "Never"
NOTHING_LISTED = "Nothing is known here yet."
NO_SECTIONS = "No section is known here."
HOW_KEPT = "What is kept, and since when"
ON_ACCOUNTS, ON_ACTIVITIES = "On accounts.esn.org", "On activities.esn.org"
AS_CSV, AS_JSON = "As CSV", "As JSON"


def first_as(form: str, shown: int, total: int) -> str:
    """Lead to a file, which may not have all there is."""
    return form if total <= shown else f"The first {number(shown)} {form.replace('As', 'as')}"


# Sections ----------------------------------------------------------------------------------------

WHERE_IT_IS = "Where it is"
ITS_GROWTH = "How it grows"


def has_left(state: str | None) -> str:
    """Say that a section is none of the network any more."""
    how = {"merged": "has merged with another", "withdrew": "has withdrawn"}.get(state or "")
    return f"This section {how or 'is not in the network any more'}. What it did is still here."


# Activities --------------------------------------------------------------------------------------

ACTIVITIES = "Activities"
ACTIVITIES_LEAD = "What the sections and national organisations of the network organise."
ACTIVITY_COLUMNS = {
    "title": ("Activity", False),
    "start_date": ("When", False),
    "place": ("Where", False),
    "organisers": ("Organisers", False),
    "causes": ("Causes", False),
    "participants": ("Participants", True),
}
WORDS, ANY = "Words", "Any"
CAUSE, TYPE_OF_ACTIVITY, GOAL, PLACE = "Cause", "Type", "Goal", "Place"
ONLINE_OR_NOT = [("true", "Online"), ("false", "On site")]
LACKS, LACKING = "Without", [("participants", "Participants"), ("causes", "Causes")]
TO_COME = "to come"
FACTS, ORGANISERS, REGISTER = "At a glance", "Organisers", "Register"


def goal(number_: int, name: str | None) -> str:
    """Name a Sustainable Development Goal."""
    return f"{number_} {name}" if name else f"SDG {number_}"


def activities_found(total: int, *, is_narrowed: bool) -> str:
    """Say how many there are, of those that are wanted or of all."""
    if total:
        return f"{activities(total)}."
    return "No activity is like that." if is_narrowed else "No activity is known here yet."


def days(first: date, last: date | None) -> str:
    """Say when an activity is; no line ends within a day."""
    said = [day(one).replace(" ", "\u00a0") for one in (first, last) if one]
    return "\u00a0– ".join(dict.fromkeys(said))


def where(is_online: bool, platform: str | None, city: str | None, country: str | None) -> str:  # noqa: FBT001
    """Say where an activity is."""
    if is_online:
        return f"Online ({platform})" if platform else "Online"
    return ", ".join(filter(None, [city, capital(country or "")]))


def activity_facts(one: WholeActivity) -> Iterator[tuple[str, str]]:
    """Yield what is known of an activity, in a few words each."""
    if one.partners:
        yield "Partners", ", ".join(one.partners)
    if one.participants is not None:
        yield "Participants", number(one.participants)
    elif not one.is_future:
        yield "Participants", "not reported yet"
    for name, values in {
        "Types": one.types or [one.activity_type or ""],
        "Causes": one.causes,
        "Sustainable Development Goals": one.sdgs,
        "Objectives": one.objectives,
    }.items():
        if any(values):
            yield name, ", ".join(values)


def activity_texts(one: WholeActivity) -> Iterator[tuple[str, str, str]]:
    """Yield the long texts of an activity: an id, a title, the text."""
    named = {
        "about": ("What it is about", one.description),
        "goal": ("What it is to achieve", one.goal),
        "outcomes": ("What came of it", one.outcomes),
    }
    for id_, (title, text) in named.items():
        if text:
            yield id_, title, text


def read_at(moment: datetime) -> str:
    """Say how old this is."""
    return f"Read from its page on {day(moment.date())}."


# Organisations -----------------------------------------------------------------------------------


def organisation_lead(all_: int, recent: int) -> str:
    """Say what an organisation does."""
    return f"{activities(all_)}, {number(recent)} of them in the last 365 days."


# What is incomplete ------------------------------------------------------------------------------

TO_MEND = "What is incomplete, and how to mend it"
NOTHING_TO_MEND = "Nothing is known to be incomplete."
WAIT_FOR_RUN = (
    "The next run looks for them. What stays away may have been deleted, or is shown to members"
    " only; the statistics on activities.esn.org count it all the same."
)
NO_ACTIVITIES_PAGE = "No page on activities.esn.org is known"
MAKE_ACTIVITIES_PAGE = (
    "If the section has one, its name there differs from all that was tried. Tell whoever runs this"
    " site its address: it can be pinned."
)
COMPLETE_PROFILE = (
    "Log in on accounts.esn.org as somebody with a role on the section's board, open the section's"
    " page, and choose “Edit”."
)
PROBLEMS = {
    "broken field": lambda total: count(
        total, "field that breaks a rule", "fields that break a rule"
    ),
    "unread page": lambda total: count(
        total, "page that could not be read", "pages that could not be read"
    ),
}
MEND_PROBLEMS = {
    "broken field": (
        "Open the page, log in, choose “Edit”, and correct the field. Until then a record that"
        " breaks a rule is left out of all figures."
    ),
    "unread page": "The next run asks for them again. One that does not open for you either needs"
    " its editor.",
}
WITHOUT = {
    "participants": lambda total: f"{activities(total)} without a number of participants",
    "causes": lambda total: f"{activities(total)} without a cause",
}
FILL_IN = {
    "participants": (
        "They have begun, but nobody has reported how many came. Open each, log in, choose “Edit”,"
        " and fill in the participants."
    ),
    "causes": "Open each, log in, choose “Edit”, and choose the causes that it serves.",
}


def all_of_them(total: int) -> str:
    """Lead to the rest."""
    return f"All {number(total)}"


def activities_missing(counted: int, stored: int) -> str:
    """Say how many activities are missing."""
    return f"{activities(counted - stored)} missing of the {number(counted)} that it counts itself"


def profile(one: Section) -> list[tuple[str, object]]:
    """Return what a section's profile should have: in words, and what it has."""
    return [
        ("coordinates for the map", one.latitude),
        ("a city", one.city),
        ("an e-mail address", one.email),
        ("a website", one.website),
        ("a university", one.university),
    ]


def incomplete_profile(missing: list[str]) -> str:
    """Say what its profile lacks."""
    return f"Its profile lacks {', '.join(missing)}"


def problem(one: Problem) -> str:
    """Say what is amiss, and on which page."""
    page = one.url.rstrip("/").rpartition("/")[2]
    where = f"{page}, {one.field}" if one.field else page
    return f"{where}: {one.message or 'could not be read'}"


# The API's documentation -------------------------------------------------------------------------

DOCS_TITLE = "The API"
DOCS = (
    "All that these pages show, as JSON or CSV, for whoever builds tools: to read, without a key."
    " What is for some only takes one, in the header Authorization: Bearer; an operator makes it.",
    "Lists have pages, and say by Link where the others are. Every answer has an ETag: who sends"
    " it back as If-None-Match gets 304 as long as nothing has changed. Parameters that are not"
    " known are refused. Errors are application/problem+json, and say what is wrong; 429 and 503"
    " say by Retry-After for how many seconds to wait.",
)
OPENAPI = "The same as an OpenAPI document"
EVERYWHERE = "What lists take"
DOCS_TRY = "Try it:"
DOCS_TRY_HERE = "Try it, with the address of this site before the path:"
NAME, TYPE, MEANING = "Name", "Type", "What it is"
SENT, PARAMETERS, ANSWER = "What is sent", "What it takes", "What it answers"
