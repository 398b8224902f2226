"""Draw every screen with the real program, and the pages that show them: `python -m tools.pictures`, on a fixed day."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import sys
import tempfile
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import formataddr
from functools import cache
from pathlib import Path
from typing import NamedTuple

from petitcrm import config, demo, i18n
from petitcrm.crm import read_crm
from petitcrm.marketing import campaigns
from petitcrm.tui.app import Interface
from petitcrm.tui.drafts import Drafts
from petitcrm.tui.marketing.campaign_screen import open_campaign
from tools.pictured_campaigns import announce
from tools.pictured_marketing import follow_up

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
NOW = "2026-11-23T09:00:00+01:00"
LANGUAGES = ("en", "fr")
_FONTS = "Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace"
"""Those of the reader's machine: a picture that asks the net for a font tells who reads it, and has none offline."""
_ELSEWHERE = re.compile(r"@import[^;]*;|@font-face\s*\{[^}]*\}")
_FAMILY = re.compile(r"font-family:\s*[^;]+;")


_ACCOUNT = """[mail.accounts.shop]
address = "contact@firm.example"
maildir = "Maildir"
smtp = "smtps://smtp.firm.example"
"""
_MAILS = {
    "en": (
        ("Your quote", "Hello,\n\nThe price suits us. Could the work begin on Monday the 30th?\nThe plan is attached."),
        ("A question", "Hello,\n\nMay we come and see the workshop on Tuesday?"),
        ("A request", "Hello,\n\nWe are looking for somebody for two shops."),
    ),
    "fr": (
        ("Votre devis", "Bonjour,\n\nLe prix nous convient. Peut-on commencer lundi 30 ?\nLe plan est joint."),
        ("Une question", "Bonjour,\n\nPeut-on visiter l’atelier mardi ?"),
        ("Demande de devis", "Bonjour,\n\nNous cherchons quelqu’un pour deux magasins."),
    ),
}  # fmt: skip


class Picture(NamedTuple):
    """One picture: its classes of screens, its size, the keys that lead there, and a sentence in English and French."""

    shows: tuple[str, ...]
    size: tuple[int, int]
    keys: tuple[str, ...]
    en: str
    fr: str
    user: str = ""
    """Who of the team is at the keyboard; nobody: the founder alone."""
    has_mail: bool = False
    """Whether some mail has come, in the folder of an account."""
    has_campaigns: bool = False
    """Whether there are campaigns; `@winter` among the keys opens the one of that key."""
    has_marketing: bool = False
    """Whether there are sequences with people in them, a list and segments."""


PICTURES = {
    "jump": Picture(
        ("JumpScreen",),
        (100, 30),
        ("2", "ctrl+o"),
        "`ctrl+o` puts letters over all that can be pointed at: typing them goes there.",
        "`ctrl+o` pose des lettres sur tout ce qui se désigne : les taper y mène.",
    ),
    "field-in-place": Picture(
        ("InPlace",),
        (100, 30),
        ("2", "right", "enter", "down", "down", "down", "e"),
        "A field of a sheet is changed where it stands.",
        "Un champ d’une fiche se change là où il est.",
    ),
    "guide": Picture(
        ("Guide",),
        (80, 24),
        ("f2",),
        "A first start asks four questions, and each can be passed over.",
        "Au premier lancement, quatre questions ; chacune peut être passée.",
    ),
    "import": Picture(
        ("ImportScreen",),
        (100, 30),
        ("i", "*examples/clients.csv", "enter"),
        "`i` brings in a list: what each column is taken for is shown before anything is written.",
        "`i` importe une liste : on voit ce que devient chaque colonne avant que rien ne soit écrit.",
    ),
    "field": Picture(
        ("ChooseField",),
        (100, 30),
        ("i", "*examples/clients.csv", "enter", "+", "enter"),
        "A column that was read wrongly is given another field.",
        "Une colonne mal comprise reçoit un autre champ.",
    ),
    "duplicates": Picture(
        ("DuplicatesScreen",),
        (100, 30),
        ("D",),
        "`D` shows who is there twice, with every reason for and against.",
        "`D` montre les doublons, avec toutes les raisons pour et contre.",
    ),
    "day": Picture(
        ("DayScreen",),
        (100, 30),
        (),
        "The day: what to do, in the order in which one would do it.",
        "La journée : ce qu’il y a à faire, dans l’ordre où on le ferait.",
    ),
    "one-by-one": Picture(
        ("FocusScreen",),
        (100, 30),
        ("F",),
        "`F` shows one thing at a time: who, why it is next, how to reach them, what to press.",
        "`F` montre une chose à la fois : qui, pourquoi maintenant, comment le joindre, quoi presser.",
    ),
    "hours": Picture(
        ("DayScreen",),
        (160, 44),
        (),
        "Where there is room the hours stand beside the day: drag a thing onto an hour, or onto another day above.",
        "Avec de la place, les heures sont à côté : glissez une chose sur une heure, ou sur un autre jour au-dessus.",
    ),
    "add": Picture(
        ("Ask",),
        (100, 30),
        ("a", *"call back"),
        "`a` plans a task in words; what is understood is shown.",
        "`a` planifie une tâche en quelques mots ; ce qui est compris s’affiche.",
    ),
    "outcome": Picture(
        ("Choose",),
        (100, 30),
        ("s",),
        "`s` shows a task another day, with one more key.",
        "`s` repousse une tâche, d’une touche de plus.",
    ),
    "sheet": Picture(
        ("SheetScreen",),
        (100, 30),
        ("2", "right", "right", "enter"),
        "The sheet of a deal, a contact or a company; `e` changes the field under the cursor.",
        "La fiche d’une affaire, d’un contact ou d’une société ; `e` change le champ sous le curseur.",
    ),
    "funnel": Picture(
        ("FunnelScreen",),
        (160, 40),
        ("2", "right", "down", "down", "down"),
        "The funnel: `H` and `L` move a card, by mouse it is dragged.",
        "Le tunnel : `H` et `L` déplacent une carte, la souris la traîne.",
    ),
    "stages": Picture(
        ("StagesScreen",),
        (100, 30),
        ("2", "S"),
        "`S` changes the stages in place.",
        "`S` modifie les étapes sur place.",
    ),
    "leads": Picture(
        ("LeadsScreen",),
        (100, 30),
        ("4",),
        "`4` is the inbox of leads: who waits for an answer comes first, with the hour it is due.",
        "`4` est la boîte des leads : d’abord qui attend une réponse, avec l’heure à laquelle la donner.",
    ),
    "questions": Picture(
        ("Questions",),
        (120, 34),
        ("4", "down", "down", "space"),
        "Four questions decide what becomes of a lead; the rules of the firm propose an answer, and say why.",
        "Quatre questions décident de la suite d’un lead ; les règles proposent une réponse, et disent pourquoi.",
    ),
    "hand-over": Picture(
        ("Choose",),
        (100, 30),
        ("4", "down", "space"),
        "A lead that is handed over waits for who receives it: accepted, or sent back with the reason.",
        "Un lead transmis attend qui le reçoit : accepté, ou renvoyé avec la raison.",
        "helene",
    ),
    "prospecting": Picture(
        ("ProspectingScreen",),
        (100, 30),
        ("!organise('prospecting')",),
        "Prospecting lists: who is approached, with what touch next.",
        "Les listes de prospection : qui est approché, et par quoi ensuite.",
    ),
    "partners": Picture(
        ("ProspectingScreen",),
        (100, 30),
        ("!organise('prospecting')", "down", "down", "down"),
        "Resellers and agents stand below the lists: what they brought, what was won, what they are due.",
        "Revendeurs et agents sont sous les listes : ce qu’ils ont apporté, ce qui est gagné, ce qui leur revient.",
    ),
    "profiles": Picture(
        ("ProfilesScreen",),
        (100, 30),
        ("!organise('profiles')",),
        "The ideal customer and the personae, one condition a line, tried on the customers that are there.",
        "Le client idéal et les personae, une condition par ligne, essayée sur les clients qui sont là.",
    ),
    "team": Picture(
        ("TeamScreen",),
        (100, 30),
        ("comma", "t"),
        "The team: who does what, their share of leads, who is away.",
        "L’équipe : qui fait quoi, sa part des leads, qui est absent.",
        "helene",
    ),
    "territories": Picture(
        ("TerritoriesScreen",),
        (160, 32),
        ("!organise('territories')",),
        "The territories: rules in their order, the map of who gets what, how equal the shares are.",
        "Les territoires : les règles dans leur ordre, la carte de qui a quoi, l’équité des parts.",
        "helene",
    ),
    "mail": Picture(
        ("MailScreen",),
        (120, 30),
        ("5",),
        "`5`, where there is mail, is what waits for a person: answers owed, mails of nobody known, what leaves.",
        "`5`, dès qu’il y a du courrier : réponses à donner, messages d’inconnus, ce qui part.",
        has_mail=True,
    ),
    "letter": Picture(
        ("LetterScreen",),
        (100, 24),
        ("5", "enter"),
        "A mail, with its files and its exchange, a key away from its answer.",
        "Un message, ses fichiers et son échange, à une touche de sa réponse.",
        has_mail=True,
    ),
    "compose": Picture(
        ("ComposeScreen", "Preview"),
        (100, 30),
        ("5", "r", *"Bonjour,", "enter", "enter", *"Lundi,", "space", *"volontiers.", "ctrl+s"),
        "`r` answers or writes: whether they may be written to is said beside, and the mail is shown before it leaves.",
        "`r` répond ou écrit : on lit si l’on peut écrire à cette personne, et le message est montré avant de partir.",
        has_mail=True,
    ),
    "consent": Picture(
        ("ConsentScreen",),
        (100, 30),
        ("5", "enter", "enter", "C"),
        "`C` on a sheet: what somebody agreed to and refused, with the proof.",
        "`C` sur une fiche : ce que la personne a accepté et refusé, avec la preuve.",
        has_mail=True,
    ),
    "campaign": Picture(
        ("ComposeCampaign",),
        (130, 32),
        ("@winter",),
        "A campaign is written beside how somebody reads it, under how many get it, and why others do not.",
        "Une campagne s’écrit à côté de ce que quelqu’un en lira, sous le nombre de ceux qui la reçoivent.",
        has_mail=True,
        has_campaigns=True,
    ),
    "audience": Picture(
        ("AudienceScreen",),
        (100, 30),
        ("@winter", "ctrl+b"),
        "`^b` takes lists and segments in or leaves them out, a key each, and counts at once.",
        "`^b` prend ou écarte listes et segments, une touche chacun, et compte aussitôt.",
        has_mail=True,
        has_campaigns=True,
    ),
    "look": Picture(
        ("Look",),
        (100, 30),
        ("@winter", "ctrl+l"),
        "`^l` shows it as anybody reads it; what is empty for them is marked.",
        "`^l` la montre telle que chacun la lira ; ce qui est vide chez lui est marqué.",
        has_mail=True,
        has_campaigns=True,
    ),
    "campaign-leaves": Picture(
        ("CampaignScreen",),
        (130, 32),
        ("@winter-2",),
        "A campaign that leaves: how far it is, what came of it, what two subjects are worth, and everybody in it.",
        "Une campagne qui part : son avancée, ce qu’elle a donné, ce que valent deux objets, et ses destinataires.",
        has_mail=True,
        has_campaigns=True,
    ),
    "marketing": Picture(
        ("MarketingScreen",),
        (130, 30),
        ("6", "down"),
        "`6`, where there is some, is marketing: sequences, campaigns, lists and segments, with the people in them.",
        "`6`, dès qu’il y en a, c’est le marketing : séquences, campagnes, listes et segments, et qui y est.",
        has_marketing=True,
    ),
    "sequence": Picture(
        ("SequenceScreen",),
        (140, 30),
        ("6", "down", "enter", "down"),
        "A sequence: its steps as they are drawn, how many people are and came there, and who they are.",
        "Une séquence : ses étapes dessinées, combien de personnes y sont et y sont passées, et qui.",
        has_marketing=True,
    ),
    "why": Picture(
        ("Told",),
        (100, 30),
        ("6", "down", "enter", "tab", "w"),
        "`w` says why somebody is where they are: what they went through, and what comes next.",
        "`w` dit pourquoi quelqu’un en est là : ce qu’il a traversé, et ce qui vient.",
        has_marketing=True,
    ),
    "members": Picture(
        ("MembersScreen",),
        (120, 30),
        ("6", "tab", "tab", "enter"),
        "A list: who is on it, and the proof that each agreed.",
        "Une liste : qui y est, et la preuve que chacun a dit oui.",
        has_marketing=True,
    ),
    "contacts": Picture(
        ("ListScreen",),
        (120, 30),
        ("3",),
        "The contacts and the companies, narrowed while one types.",
        "Les contacts et les sociétés, filtrés à mesure que l’on tape.",
    ),
    "views": Picture(
        ("ViewsScreen",),
        (120, 30),
        ("3", "f"),
        "`f` keeps a list as a view, and finds it again.",
        "`f` garde une liste comme vue, et la retrouve.",
    ),
    "search": Picture(
        ("SearchScreen",),
        (100, 30),
        ("slash", *"dupont"),
        "`/` searches everything, accents and typing errors forgiven.",
        "`/` cherche partout ; accents et fautes de frappe sont pardonnés.",
    ),
    "history": Picture(
        ("HistoryScreen",),
        (100, 30),
        ("U",),
        "`U` is the history: any gesture is taken back, not the last one only.",
        "`U` ouvre l’historique : tout geste s’annule, pas seulement le dernier.",
    ),
    "settings": Picture(
        ("SettingsScreen",),
        (100, 30),
        ("comma",),
        "`,` opens the settings of this machine.",
        "`,` ouvre les réglages de cette machine.",
    ),
    "palette": Picture(
        ("CommandPalette",),
        (100, 30),
        ("ctrl+p",),
        "`ctrl+p` finds every command by its words.",
        "`ctrl+p` trouve chaque commande par ses mots.",
    ),
    "help": Picture(
        ("HelpScreen",),
        (100, 30),
        ("question_mark",),
        "`?` has the keys of the screen on one page.",
        "`?` donne les touches de l’écran sur une page.",
    ),
    "tour": Picture(
        ("Tour",),
        (100, 30),
        ("f1",),
        "`F1` leads through a dozen gestures, in one’s own base.",
        "`F1` fait faire une douzaine de gestes, dans sa propre base.",
    ),
}
"""Every screen and dialog, in the order of a day."""
UNSHOWN = {
    "Field": "it is a field of a sheet that is asked for at the foot of the board",
    "Progress": "it is only there while thousands of rows are being changed",
    "LinearFunnel": "it is the funnel for those who listen to it",
    "PanesScreen": "it is what screens of two panes have in common",
    "NamedPanes": "it is what a list and a sequence have in common",
    "BesideScreen": "it is what leads, mail and marketing have in common",
}
"""Screens that no picture is of, and why."""
_PAGES = {
    "en": (
        "screens.md",
        "The screens",
        "Drawn by `make docs` from the program, on the firm of `petitcrm demo`.",
    ),
    "fr": (
        "ecrans.md",
        "Les écrans",
        "Dessinés par `make docs` à partir du programme, sur l’entreprise de `petitcrm demo`.",
    ),
}


def local(svg: str) -> str:
    """Return a picture that asks nothing of the net: in the reader's own monospaced font."""
    return _FAMILY.sub(f"font-family: {_FONTS};", _ELSEWHERE.sub("", svg))


@cache
def _firm(language: str, is_team: bool) -> bytes:
    """Return the base of the demo, made once for all its pictures."""
    i18n.use(language)
    with tempfile.TemporaryDirectory() as folder:
        told = {"PETITCRM_NOW": NOW, "PETITCRM_LANG": language, "HOME": folder}
        choices = config.load(db=f"{folder}/demo.db", environment=told)
        demo.seed(choices, seed=7, team=is_team)
        return Path(choices.db).read_bytes()


async def draw(name: str, language: str) -> str:
    """Return one picture as SVG."""
    picture = PICTURES[name]
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        os.mkdir("~")
        told = {"PETITCRM_NOW": NOW, "PETITCRM_LANG": language, "HOME": folder}
        choices = config.load(db="./~/petitcrm.db", environment=told)
        Path(choices.db).write_bytes(_firm(language, bool(picture.user)))
        choices = choices._replace(user=picture.user)
        i18n.use(language)
        choices = choices._replace(file="~/.config/petitcrm/config.toml")
        if picture.has_mail:
            receive(choices, language)
        if picture.has_campaigns:
            announce(choices, language)
        if picture.has_marketing:
            follow_up(choices, language)
        app = Interface(choices)
        app.config = choices._replace(db="~/petitcrm.db")
        app.drafts = Drafts(folder, choices)  # what was typed for another picture is not found again
        async with app.run_test(size=picture.size) as pilot:
            await _still(pilot)
            for key in picture.keys:
                await _press(pilot, key)
            await _still(pilot, 0.8)
            shown = {type(screen).__name__ for screen in app.screen_stack} | ({"Tour"} if app.tour else set())
            assert set(picture.shows) <= shown, f"{name}: {shown}"
            return local(app.export_screenshot(title="petitcrm"))


def receive(choices: config.Config, language: str) -> None:
    """Let some mail come to the firm: of two people that it knows, and of one that it does not."""
    from petitcrm.connectors import mail_accounts
    from petitcrm.sync import mailboxes

    box = Path(choices.file).parent / "Maildir"
    for one in ("cur", "new", "tmp"):
        (box / one).mkdir(parents=True)
    Path(choices.file).write_text(_ACCOUNT, encoding="utf-8")
    with read_crm(choices) as crm:
        known = crm.rows(
            "SELECT c.first_name || ' ' || c.last_name, e.address FROM contacts c JOIN contact_emails e"
            " ON e.contact_id = c.id WHERE c.first_name <> '' ORDER BY c.id LIMIT 2"
        )
    told = [*known, ("Léa Bernard", "lea@toitures-bernard.example")]
    for number, ((name, address), (subject, text)) in enumerate(zip(told, _MAILS[language], strict=True)):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = (
            formataddr((name, address)),
            "contact@firm.example",
            subject,
        )
        mail["Date"], mail["Message-ID"] = (
            f"{20 + number} Nov 2026 1{number}:20:00 +0100",
            f"<{number}@mail.example>",
        )
        mail.set_content(text)
        if not number:
            mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="plan.pdf")
        (box / "new" / str(number)).write_bytes(mail.as_bytes())
    accounts = mail_accounts.accounts(choices.file)
    mailboxes.sync(choices, accounts, ours=accounts)


async def _press(pilot: object, key: str) -> None:
    """Press a key; a path after a star goes whole into the line that takes one, an action after ! is done; + waits."""
    if key == "+":  # a process beside the interface is reading
        await _still(pilot, 2)
    elif key.startswith("*"):
        pilot.app.screen.query_one("#path").value = str(ROOT / key[1:])  # type: ignore[attr-defined]
    elif key.startswith("@"):
        _version, found = await pilot.app.desk.read(lambda crm: campaigns.of(crm, key[1:]))  # type: ignore[attr-defined]
        open_campaign(pilot.app, found.id)  # type: ignore[attr-defined]
    elif key.startswith("!"):
        pilot.app.run_worker(pilot.app.run_action(f"app.{key[1:]}"))  # type: ignore[attr-defined]
    else:
        await pilot.press(key)  # type: ignore[attr-defined]
    await (pilot.pause(0.05) if len(key) == 1 else _still(pilot, 1.5 if key[0] == "*" else 0.4))  # type: ignore[attr-defined]


async def _still(pilot: object, seconds: float = 0.5) -> None:
    """Wait until nothing has changed on the screen for some time."""
    seen, since = "", 0.0
    while since < seconds:
        await pilot.pause(0.1)  # type: ignore[attr-defined]
        shown = "".join(strip.text for strip in pilot.app.screen._compositor.render_strips())  # type: ignore[attr-defined]
        seen, since = shown, since + 0.1 if shown == seen else 0.0


def page(language: str) -> str:
    """Return the page that shows the pictures of one language."""
    _name, title, words = _PAGES[language]
    told: Callable[[Picture], str] = lambda picture: picture.fr if language == "fr" else picture.en  # noqa: E731
    shown = [f"{told(one)}\n\n![](pictures/{name}-{language}.svg)" for name, one in PICTURES.items()]
    return "\n\n".join([f"# {title}", words, *shown]) + "\n"


def main() -> None:
    """Write every picture, or those that are named, and the pages."""
    (DOCS / "pictures").mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        for name in sys.argv[1:] or PICTURES:
            path = DOCS / "pictures" / f"{name}-{language}.svg"
            path.write_text(asyncio.run(draw(name, language)), encoding="utf-8")
        (DOCS / _PAGES[language][0]).write_text(page(language), encoding="utf-8")


if __name__ == "__main__":
    main()
