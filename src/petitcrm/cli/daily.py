"""The commands of every day and their options, declared once for the front door and for Typer.

A command of this page answers without Typer being imported, which would cost five times the answer itself.
"""

from __future__ import annotations

from petitcrm.i18n import N_
from petitcrm.rows import Row


class Option(Row):
    """An option: a flag where it has no `metavar`, a whole number where `number`."""

    name: str
    flag: str
    help: str
    metavar: str = ""
    number: bool = False
    short: str = ""


class Argument(Row):
    """A word of the command; with `many`, as many words as one likes; with `noun`, a reference to complete."""

    name: str
    metavar: str
    help: str
    required: bool = True
    many: bool = False
    noun: str = ""


class Daily(Row):
    """A command: its words, the function that answers it as `module:function`, and what it takes.

    The function returns nothing, or an exit code.
    """

    words: tuple[str, ...]
    does: str
    help: str
    arguments: tuple[Argument, ...]
    options: tuple[Option, ...]
    examples: str = ""


JSON = Option("json", "--json", N_("answer with one JSON document"))
NDJSON = Option("ndjson", "--ndjson", N_("answer with one JSON document a line"))
CSV = Option("csv", "--csv", N_("answer with CSV"))
LIST = (JSON, NDJSON, CSV)
LIMIT = Option("limit", "--limit", N_("how many at most"), "N", number=True)
OWNER = Option("owner", "--owner", N_("only those of this person of the firm"), N_("USER"))
OF_COMPANY = Option("company", "--company", N_("only those of this company"), N_("COMPANY"))
TAG = Option("tag", "--tag", N_("only those with this tag"), N_("TAG"))
WORDS = Argument("words", N_("[WORDS]…"), N_("only those that hold these words"), required=False, many=True)
CONTACT = Argument(
    "reference",
    N_("CONTACT"),
    N_("an id (c12), an e-mail, or words that find one"),
    many=True,
    noun="contact",
)
COMPANY = Argument(
    "reference", N_("COMPANY"), N_("an id (f3) or words that find one"), many=True, noun="company"
)
DEAL = Argument("reference", N_("DEAL"), N_("an id (d7) or words that find one"), many=True, noun="deal")
TASK = Argument("reference", N_("TASK"), N_("an id (t3) or words that find one"), many=True, noun="task")
ANYTHING = Argument(
    "reference", N_("REF"), N_("a contact, a company or a deal: c12, f3, d7, or words"), many=True, noun="any"
)
PIPELINE = Argument(
    "reference", N_("[PIPELINE]"), N_("the first one unless told otherwise"), required=False, noun="pipeline"
)
WHERE = Option(
    "where", "--where", N_("only those who meet this condition (petitcrm segment fields)"), N_("CONDITION")
)
SORT = Option("sort", "--sort", N_("name or newest"), N_("ORDER"))

COMMANDS = (
    Daily(
        ("today",), "petitcrm.cli.reads_day:today", N_("What must be done today, and what is late."), (),
        (
            Option("on", "--on", N_("another day: tomorrow, Friday, 3/12"), N_("DATE")),
            Option("user", "--for", N_("the day of this person of the firm"), N_("USER")),
            Option("team", "--team", N_("the day of everybody")),
            Option("limit", "--limit", N_("how many of each section at most"), "N", number=True),
            JSON,
        ),
    ),
    Daily(
        ("search",), "petitcrm.cli.reads_day:search", N_("Find people, companies, deals, tasks and notes."),
        (Argument("words", N_("TEXT…"), N_("words, a telephone, an e-mail"), many=True),),
        (LIMIT, *LIST),
    ),
    Daily(
        ("timeline",), "petitcrm.cli.reads_day:timeline", N_("All that happened with somebody, newest first."),
        (ANYTHING,),
        (
            Option("only", "--only", N_("exchanges, deals, tasks or changes (edits included)"), N_("PART")),
            LIMIT, *LIST,
        ),
    ),
    Daily(
        ("history",), "petitcrm.cli.reads_history:history", N_("The last gestures, newest first."),
        (), (LIMIT, *LIST),
    ),
    Daily(
        ("sql",), "petitcrm.cli.reads_base:sql",
        N_("Ask the base a question in SQL. Views: v_contacts, v_companies, v_deals, v_tasks, v_timeline. Amounts are "
           "in cents, instants are UTC. The engine refuses everything but reading."),
        (Argument("question", N_("QUESTION"), N_("one SELECT; - reads it from stdin"), many=True),), LIST,
        examples="""petitcrm sql "SELECT city, count(*) FROM v_contacts GROUP BY city ORDER BY 2 DESC"
        petitcrm sql --csv "SELECT title, amount_cents / 100 FROM v_deals WHERE status = 'won'\"""",
    ),
    Daily(
        ("contact", "list"), "petitcrm.cli.reads_people:contact_list", N_("List contacts."), (WORDS,),
        (TAG, OF_COMPANY, OWNER, WHERE, SORT, LIMIT, *LIST),
        examples="""petitcrm contact list --where "ville = Rennes et affaires gagnées > 0"
        petitcrm contact list --where "tag = vip et dernier contact < il y a 90 jours\"""",
    ),
    Daily(("contact", "show"), "petitcrm.cli.reads_people:contact_show", N_("Show a contact."), (CONTACT,), (JSON,)),
    Daily(
        ("contact", "query"), "petitcrm.cli.reads_people:contact_query",
        N_("Find addresses for a mail program, as mutt asks (query_command) or aerc (address-book-cmd). Where there is "
           "none the code is 4, not found, as everywhere in petitcrm: any code but 0 makes mutt show the first line. "
           "For aerc it is 0, because aerc asks while you type and would take another for a failure."),
        (Argument("words", N_("TEXT…"), N_("names, or their beginnings; accents do not count"), many=True),),
        (Option("format", "--format", N_("mutt unless told otherwise"), "mutt|aerc"), LIMIT, *LIST),
        examples="""set query_command = "petitcrm contact query -- %s"
        address-book-cmd = petitcrm contact query --format aerc -- %s""",
    ),
    Daily(
        ("company", "list"), "petitcrm.cli.reads_people:company_list", N_("List companies."), (WORDS,),
        (TAG, OWNER, SORT, LIMIT, *LIST),
    ),
    Daily(("company", "show"), "petitcrm.cli.reads_people:company_show", N_("Show a company."), (COMPANY,), (JSON,)),
    Daily(
        ("deal", "list"), "petitcrm.cli.reads_sales:deal_list", N_("List deals, the open ones unless told otherwise."),
        (),
        (
            Option("status", "--status", N_("open, won, lost, cancelled or all"), N_("STATUS")),
            Option("stage", "--stage", N_("only those in this stage"), N_("STAGE")),
            Option("contact", "--contact", N_("only those of this contact"), N_("CONTACT")),
            OF_COMPANY,
            OWNER, LIMIT, *LIST,
        ),
    ),
    Daily(("deal", "show"), "petitcrm.cli.reads_sales:deal_show", N_("Show a deal."), (DEAL,), (JSON,)),
    Daily(
        ("task", "list"), "petitcrm.cli.reads_sales:task_list", N_("List tasks, those to do unless told otherwise."),
        (),
        (
            Option("status", "--status", N_("open, done or all"), N_("STATUS")),
            Option("contact", "--contact", N_("only those of this contact"), N_("CONTACT")),
            Option("deal", "--deal", N_("only those of this deal"), N_("DEAL")),
            OWNER, LIMIT, *LIST,
        ),
    ),
    Daily(
        ("pipeline", "show"), "petitcrm.cli.reads_sales:pipeline_show", N_("Show the board of a pipeline."),
        (PIPELINE,),
        (Option("status", "--status", N_("open, won, lost or cancelled"), N_("STATUS")), JSON),
    ),
    Daily(("task", "show"), "petitcrm.cli.reads_sales:task_show", N_("Show a task."), (TASK,), (JSON,)),
)  # fmt: skip

BY_WORDS = {command.words: command for command in COMMANDS}


def values_of(command: Daily) -> dict[str, object]:
    """Return what a command is called with when nothing but its name is typed."""
    values: dict[str, object] = {argument.name: () if argument.many else "" for argument in command.arguments}
    for option in command.options:
        values[option.name] = (None if option.number else "") if option.metavar else False
    return values


def function_of(command: Daily) -> object:
    """Import and return the function that answers a command."""
    module, _colon, name = command.does.partition(":")
    return getattr(__import__(module, fromlist=(name,)), name)
