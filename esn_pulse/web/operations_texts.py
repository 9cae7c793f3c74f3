"""All that operators read on their pages, in English."""

from datetime import datetime

from esn_pulse.analysis import texts as say
from esn_pulse.analysis.texts import capital, count, duration, sentences
from esn_pulse.health import Finding, State
from esn_pulse.scheduling.running import RunningRun
from esn_pulse.web.job_texts import progress
from esn_pulse.web.sign_in import roles
from esn_pulse.web.sign_in.roles import Role

OPERATIONS = "Operations"
PAGES = (
    ("/operations", "Now"),
    ("/operations/health", "Health"),
    ("/operations/problems", "Problems"),
    ("/operations/aliases", "Aliases"),
    ("/operations/keys", "Keys"),
    ("/operations/audit", "Audit"),
)
NOT_SO = "No, back"
BACK = "Back"
NOTHING = "–"


def moment(at: datetime | None) -> str:
    """Say when something was, if it ever was."""
    return "Never" if at is None else say.moment(at)


# Now ---------------------------------------------------------------------------------------------

NOW_TITLE = "Operations"
NOW_LEAD = "What is at work, what waits, and what comes when. Times are UTC."
RUNS, JOBS, CALENDAR = "Runs", "Jobs", "The calendar"
NO_RUNS, NO_JOBS = "No run is at work.", "There was no job yet."
SECTIONS = "Sections"
RUN_STATES = {True: "at work", False: "died"}
RUN_DIED = "Its process is gone. What it stored is whole; the next run puts its end on record."
JOB_COLUMNS = ("Job", "State", "Since", "Node", "How it goes", "Action")
JOB_STATES = {"pending": "waits", "running": "runs", "lost": "lost", "finished": "ended"}
CALENDAR_COLUMNS = ("What", "Last", "How it went", "Next", "State")
CANCEL = "Cancel"
ASK_FOR_JOB = "Ask for a job"
SPIDER, HOW, SECTION, COUNTRY, GO_ON = "Spider", "How", "Section", "Country", "Go on"
SPIDERS = [
    ("activities", "activities: what sections do"),
    ("accounts", "accounts: countries and sections"),
]
HOWS = {
    "": "Read what can have changed",
    "full": "Read every page",
    "retry_failed": "Ask again for pages that failed",
    "revalidate": "Check broken records again",
}
SECTION_HINT, COUNTRY_HINT = "any, or such as esn-metu", "any, or such as TR"


def run_title(run: RunningRun) -> str:
    """Name a run."""
    given = "".join(f" {name}={value}" for name, value in run.arguments.items())
    return f"Run {run.run}: {run.spider}{given}"


def run_figures(run: RunningRun) -> list[tuple[str, str]]:
    """Say how far a run has come, and where it is."""
    return [*progress(run), ("At work for", duration(run.seconds)), ("Host", run.host or NOTHING)]


def scheduler(found: Finding) -> str:
    """Say whether anybody follows the calendar."""
    return sentences(f"The scheduler: {found.text}.", found.advice)


def ask_job(said: str) -> tuple[str, str]:
    """Ask whether to post a job: a title, and what it is about."""
    return "Post this job?", (
        f"{said}. A node takes it as soon as it is free; it can be followed and cancelled."
    )


def ask_cancel(job: str, said: str) -> tuple[str, str]:
    """Ask whether to cancel a job."""
    return "Cancel this job?", (
        f"{job}: {said}. One that waits will not be run. One that runs is stopped by its node"
        " within seconds; what it stored stays."
    )


POST_JOB, CANCEL_JOB = "Post it", "Cancel it"
SAME_JOB = "The same job waits or runs already."
SEE_JOB = "See that job"

# Health ------------------------------------------------------------------------------------------

HEALTH_TITLE = "Health"
OF_DATA, OF_MACHINE = "Runs and data", "This machine, and the nodes as seen from it"
MACHINE_SAYS = (
    "Looked at by the web, on the machine where it runs: its disk, its folder of backups, its"
    " clock, and the nodes of SCRAPYD_URL if it was told. Where runs and backups are made"
    " elsewhere, scrapy health there says more."
)
LONGEST_UNREAD = "Read the longest ago"
UNREAD_COLUMNS = ("Section or country", "Read")
NO_UNREAD = "No section or country is known to have a page."
SEE_THEM = "See them"
CHECK_COLUMNS = ("Check", "What was found")
STATES = {
    State.PROBLEM: "needs a person",
    State.UNKNOWN: "can't be told",
    State.INFO: "worth knowing",
    State.OK: "well",
}


def health_lead(problems: int, at: datetime) -> str:
    """Say how it is."""
    needs = count(problems, "thing needs", "things need")
    said = f"{needs} a person." if problems else "No problem is known."
    return f"{said} As of {moment(at)} UTC; looked at again after a minute."


def check_name(name: str) -> str:
    """Name a check."""
    return capital(name.replace("_", " "))


# What went wrong ---------------------------------------------------------------------------------

PROBLEMS_TITLE = "Problems"
PROBLEMS_LEAD = "Pages that could not be had, and fields that break a rule, by kind."
FAILURES, ERRORS = "Pages that could not be had", "Fields that break a rule"
NO_FAILURES, NO_ERRORS = "Every page could be had.", "No field breaks a rule."
KIND_COLUMNS = ("Why", "Pages", "Asked for again", "Last")
ERROR_COLUMNS = ("Record", "Field", "Rule", "Pages", "Last")
FAILURE_COLUMNS = ("Page", "Section or country", "Why", "Runs", "Last", "Asked for again")
BROKEN_COLUMNS = ("Page", "Section or country", "Found", "Since")
FAILURES_SAY = (
    "A page that is gone (404, 410), or failed in five runs, is not asked for again. Copies of"
    " pages that changed, or were other ones, are in PULSE_DIR/drift where the run was."
)
ERRORS_SAY = "What was found is for operators alone: it may be what a rule keeps out."
RETRY, REVALIDATE = "Ask again for failed pages", "Check broken records again"
KINDS = {
    "markup": "The markup changed: it lacks what must be on it",
    "other page": "Another page, such as a bot wall's check",
    "no answer": "No answer",
    "status": "The site answered",
    "elsewhere": "Led away to another page",
    "program": "An error in the program",
    "other": "Another reason",
}
WHOLE_ROW = "the whole record"
MISSING = "nothing"
YES, NO = "yes", "no"


def kind_in_words(kind: str, status: int | None) -> str:
    """Say why pages could not be had."""
    return f"{KINDS[kind]} {status}" if kind == "status" else KINDS[kind]


def broken_rule(item: str, field: str | None, message: str) -> str:
    """Say which rule is broken."""
    return f"{item}, {field or WHOLE_ROW}: {message}"


def pages(total: int) -> str:
    """Say how many pages there are."""
    return f"{count(total, 'page')}." if total else "There is none of this kind (any more)."


# Aliases -----------------------------------------------------------------------------------------

ALIASES_TITLE = "Aliases"
ALIASES_LEAD = (
    "By which alias activities.esn.org has each section and national organisation. A pinned one"
    " counts, whatever the names say."
)
DOUBTS, PINS, PIN_ONE = "In doubt", "Pinned", "Pin an alias"
NO_DOUBTS = "All aliases bear the names of those who have them."
NO_PINS = "No alias is pinned."
DOUBTS_SAY = (
    "They are read all the same. Look at the page; pin the alias if it is right, or another one."
)
DOUBT_COLUMNS = ("Who", "Alias", "The site calls it", "Others of the name", "Action")
PIN_COLUMNS = ("Who", "Pinned as", "Alias", "State", "Action")
PINS_COUNT = "What is pinned or freed counts once accounts has been read again."
READ_ACCOUNTS = "Read accounts again"
WHOSE, ALIAS = "Whose", "Alias"
WHOSE_HINT, ALIAS_HINT = "esn-metu, or tr", "esn-metu-0"
OF_COUNTRY = "country"
NO_CARD = "no card was seen"
PIN, FREE = "Pin", "Free"
PIN_IT, FREE_IT = "Pin it", "Free it"
IN_FORCE, TO_COME, OF_NOBODY = "in force", "from the next run of accounts", "nobody is called so"


def ask_pin(name: str, alias: str) -> str:
    """Ask whether to pin an alias."""
    return f"Pin {alias} to {name}?"


def pin_says(
    before: str | None, called: str | None, others: list[str], *, is_known: bool
) -> list[str]:
    """Say what is known of an alias that is to be pinned.

    :param before: the alias that is pinned so far.
    :param called: what the site calls it.
    :param others: who has it, too.
    """
    site = f"The site calls it {called}." if called else "No card of it was seen."
    return [
        *([f"It takes the place of {before}, which is pinned now."] if before else []),
        site if is_known else "No page of this alias is known; the next run of accounts looks.",
        *([f"It is also the alias of {', '.join(others)}."] if others else []),
        PINS_COUNT,
    ]


def ask_free(pinned_as: str, alias: str) -> str:
    """Ask whether to free an alias."""
    return f"Free {alias}, pinned to {pinned_as}?"


# Keys --------------------------------------------------------------------------------------------

KEYS_TITLE = "Keys"
KEYS_LEAD = "By which programs ask. A key can do no more than whoever made it."
ALL_KEYS, MAKE_KEY = "All keys", "Make a key"
NO_KEYS = "There is no key."
KEY_COLUMNS = ("Key", "For", "Role", "Made by", "Made", "Ends", "Last used", "Action")
FOR_WHAT, ROLE, LASTS = "For what", "Role", "Ends after, in days"
LASTS_HINT = "never"
_ROLES: dict[Role, str] = {
    "reader": "reads",
    "local": "for one section",
    "national": "for one country",
    "operator": "for all",
}
ROLES = [(role, f"{role}: {_ROLES[role]}") for role in roles.ROLES]
KEY_SECTION_HINT, KEY_COUNTRY_HINT = "of a local key", "of a national one"
REVOKE, REVOKED, ENDED, NOT_ENDING = "Revoke", "revoked", "ended", "Never"
MAKE_IT, REVOKE_IT = "Make it", "Revoke it"
KEY_MADE = "The key"
KEY_MADE_LEAD = (
    "It is shown this once, and nobody can find it out again. Keep it where nobody else reads it;"
    " who has it is who it was given to."
)
KEY_USE = "Programs send it as:"
TO_THE_KEYS = "To all keys"
MAKER_GONE = "You were removed from those who sign in here, so no key was made."


def ask_key(name: str, role: str, days: int | None) -> tuple[str, str]:
    """Ask whether to make a key.

    :param role: with the place whose it is.
    """
    lasts = f"ends after {count(days, 'day')}" if days else "never ends"
    return "Make this key?", f"For {name}: {role}; it {lasts}."


def ask_revoke(prefix: str, name: str) -> tuple[str, str]:
    """Ask whether to revoke a key."""
    return f"Revoke key {prefix}?", f"It is for {name}. Programs that send it are refused at once."


# Who did what ------------------------------------------------------------------------------------

AUDIT_TITLE = "Audit"
AUDIT_LEAD = "Who did what, when, and from where; the latest first. Times are UTC."
AUDIT_COLUMNS = ("When", "Who", "Did", "To what", "From")
NO_AUDIT = "Nothing was done yet."
OLDER = "Older"
BY_COMMAND = "the command line"
