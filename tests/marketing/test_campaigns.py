"""A campaign goes from draft to sent by its own rules; what has begun keeps its text, and nobody gets it twice."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, read_crm, utc_text
from petitcrm.errors import NotFound, RefusedByRule, UsageProblem
from petitcrm.marketing import (
    brakes,
    campaign_check,
    campaign_file,
    campaign_results,
    campaign_text,
    campaigning,
    campaigns,
    caps,
    lists,
    outbox,
    posting,
    segments,
)
from petitcrm.marketing.brakes import Ended
from petitcrm.marketing.campaign_mails import Mailing
from petitcrm.marketing.campaign_text import Text
from petitcrm.marketing.campaigning import Tended
from petitcrm.marketing.content_lint import Draft
from petitcrm.marketing.posting import Reply
from petitcrm.sales import consent, contacts, correspondence, history
from petitcrm.sales.consent import Wanted
from petitcrm.store import health
from petitcrm.store.queries import campaigns as queries
from petitcrm.store.queries import outbox as mails
from tests.support.campaigns import DRAFT, SENDER, TEXT, WHO, a_list, gone, people, scheduled, subscribe
from tests.support.firm import Firm
from tests.support.sending import intend

FILE = """\
+++
cle = "rentree"
nom = "La rentrée"
objet = "Votre chaudière"
objet_b = "Avant l'hiver"
langue = "fr"
finalite = "lettre"
par_heure = 200
essai_pourcent = 20

[destinataires]
listes = ["clients"]
filtre = "ville = Rennes"

[destinataires.sauf]
segments = ["devis-en-cours"]
+++
Bonjour {{ contact.prenom }},

À bientôt.
"""


def begun(config: Config, number: int = 3, text: Text = TEXT) -> None:
    """Let a campaign to so many people begin."""
    with open_crm(config) as crm:
        people(crm, a_list(crm), number)
    with open_crm(config) as crm:
        scheduled(crm, text)
    with open_crm(config) as crm:
        campaigning.tend(crm)


def fed(config: Config, limit: int = 200) -> int:
    """Let the next people of the campaign have their mails, which wait: their sender was stopped before their turn."""
    with open_crm(config) as crm:
        mailing = Mailing(crm, campaigns.of(crm, "rentree"), SENDER)
        drafts = mailing.begin(crm, "me", lambda _occasions: {}, limit)
        for draft in drafts:
            posting.unbegin(crm, draft.row.id, "me")
        return len(drafts)


def settled(crm: Crm, state: str = "sent", **more: object) -> None:
    """Let every mail that waits have ended."""
    sets = "".join(f", {name} = :{name}" for name in more)
    crm.connection.write(
        f"UPDATE outbox SET state = :state, intent_at = :at, settled_at = :at, message_id = '<m' || id || '@x>'{sets}"
        " WHERE state = 'due'",
        {"state": state, "at": crm.now_text, **more},
    )


def test_a_file_is_read_and_written_as_it_was() -> None:
    text = campaign_file.read(FILE, name="x.md")
    assert campaign_file.written(campaign_text.checked(text)) == FILE
    assert text.audience == (
        '{"except":{"segments":["devis-en-cours"]},"lists":["clients"],"where":"ville = Rennes"}'
    )


@pytest.mark.parametrize(
    "other",
    [{"key": "!"}, {"lang": "de"}, {"purpose": "measure"}, {"per_hour": -1}, {"ab_percent": 20},
     {"subject_b": "x"}, {"subject_b": "x", "ab_percent": 101}, {"ab_hours": 0}, {"body": "{{ contact.x }}"}],
)  # fmt: skip
def test_a_campaign_that_means_nothing_is_refused(crm: Crm, other: dict[str, object]) -> None:
    with pytest.raises(UsageProblem):
        campaigns.add(crm, TEXT._replace(**other))


def test_a_second_campaign_of_the_same_key_is_refused(crm: Crm) -> None:
    campaigns.add(crm, TEXT)
    with pytest.raises(RefusedByRule) as refused:
        campaigns.add(crm, TEXT._replace(key="Rentree"))
    assert refused.value.rule == "campaign-exists"


def test_an_unknown_campaign_is_told_with_those_there_are(crm: Crm) -> None:
    campaigns.add(crm, TEXT)
    with pytest.raises(NotFound, match="rentree"):
        campaigns.of(crm, "noel")


def test_a_campaign_in_which_something_is_wrong_is_not_scheduled(crm: Crm) -> None:
    campaigns.add(crm, TEXT)
    with pytest.raises(RefusedByRule, match=r"1\. ") as refused:
        campaigns.schedule(
            crm, "rentree", crm.now_text, account="shop", draft=DRAFT._replace(subject="Re: vous")
        )
    assert refused.value.rule == "campaign-content"
    assert campaigns.of(crm, "rentree").state == "draft"


def test_people_are_chosen_once_each_with_the_reason_why_they_are_left_out(
    config: Config, firm: Firm
) -> None:
    with open_crm(config) as crm:
        number = a_list(crm)
        subscribe(crm, number, firm.contact)
        subscribe(crm, number, firm.other_contact)
        with crm.act("mail.bounced") as act:
            act.insert("bounces", address="zoe@bois.example", kind="hard", at=crm.now_text)
        again = contacts.add(crm, {"last_name": "Dupont"}, emails=["Jean@acme.example"])
        subscribe(crm, number, again)
        subscribe(crm, number, contacts.add(crm, {"last_name": "Sans"}), agreed=False)
        subscribe(crm, number, contacts.add(crm, {"last_name": "Tu"}, emails=["tu@free.fr"]), agreed=False)
        scheduled(crm)
    for _time in range(2):
        with open_crm(config) as crm:
            campaigning.tend(crm)
    with read_crm(config) as crm:
        told = queries.people(crm, campaigns.of(crm, "rentree").id)
        assert {(one.address, one.state, one.reason) for one in told} == {
            ("jean@acme.example", "waiting", ""),
            ("jean@acme.example", "left_out", "same-address"),
            ("zoe@bois.example", "left_out", "bounced"),
            ("", "left_out", "no-address"),
            ("tu@free.fr", "left_out", "unknown"),
        }


def test_who_has_had_as_many_mails_as_one_may_is_left_out_of_the_next_campaign(config: Config) -> None:
    begun(config)
    fed(config)
    with open_crm(config) as crm:
        settled(crm)
        caps.say(crm, "1/7")
        subscribe(crm, 1, contacts.add(crm, {"last_name": "Neuf"}, emails=["neuf@acme.example"]))
        scheduled(crm, TEXT._replace(key="hiver"))
    with open_crm(config) as crm:
        campaigning.tend(crm)
        told = list(queries.people(crm, campaigns.of(crm, "hiver").id))
    assert Counter((one.state, one.reason) for one in told) == {("left_out", "cap"): 3, ("waiting", ""): 1}


def capped(config: Config) -> None:
    """Let everybody of the list have had all the mails of these days, and another campaign be written."""
    begun(config)
    fed(config)
    with open_crm(config) as crm:
        settled(crm)
        caps.say(crm, "1/7")
        campaigns.add(crm, TEXT._replace(key="hiver"))


def looked_at(crm: Crm, at: str = "") -> Draft:
    """Return the other campaign as it is looked at when it is let leave at an instant."""
    found = campaigns.of(crm, "hiver")
    return campaigning.draft_of(crm, found, SENDER, at)._replace(who=WHO)


def test_who_has_had_enough_mails_today_does_not_keep_a_campaign_from_being_scheduled_beyond(
    config: Config,
) -> None:
    capped(config)
    with open_crm(config) as crm:
        later = utc_text(crm.now + timedelta(days=20))
        campaigns.schedule(crm, "hiver", later, account="shop", draft=looked_at(crm, later))
    with open_crm(config._replace(now="2026-12-14T10:00:00+01:00")) as crm:
        assert campaigning.tend(crm).chosen == 3


@pytest.mark.parametrize("days", [-1, 0, 6])
def test_a_campaign_that_would_leave_while_all_have_had_enough_is_refused_with_that_reason(
    config: Config, days: int
) -> None:
    capped(config)
    with open_crm(config) as crm:
        at = utc_text(crm.now + timedelta(days=days))
        with pytest.raises(RefusedByRule) as refused:
            campaigns.schedule(crm, "hiver", at, account="shop", draft=looked_at(crm, at))
    assert refused.value.rule == "campaign-content"
    assert "pour l’instant (3)" in str(refused.value)
    assert "destinataires]" not in str(refused.value)


def test_a_campaign_of_which_all_have_had_enough_for_now_is_only_warned_of(config: Config) -> None:
    capped(config)
    with read_crm(config) as crm:
        text = Text(**{name: getattr(campaigns.of(crm, "hiver"), name) for name in Text._fields})
        checked = campaign_check.whole(crm, campaign_file.Read(text, []), SENDER)
    found = [one for one in checked.problems if one.rule == "nobody"]
    assert [(one.is_grave, "(3)" in one.message) for one in found] == [(False, True)]


def test_a_campaign_begins_at_its_hour_and_not_before(config: Config) -> None:
    with open_crm(config) as crm:
        people(crm, a_list(crm), 1)
        scheduled(crm, at=utc_text(crm.now + timedelta(hours=1)))
    with open_crm(config) as crm:
        assert campaigning.tend(crm).begun == 0
    with open_crm(config._replace(now="2026-11-23T10:00:00+01:00")) as crm:
        assert campaigning.tend(crm)[:2] == (1, 1)


def test_each_person_has_one_mail_filled_for_them_with_its_end(config: Config) -> None:
    begun(config, 2, TEXT._replace(subject="{{ contact.prenom }}, votre chaudière"))
    assert (fed(config), fed(config)) == (2, 0)
    with read_crm(config) as crm:
        rows = campaigning.whole(crm, mails.due(crm, crm.now_text, 9), "contact@firme.example")
        assert [(row.address, row.subject, row.occasion) for row in rows] == [
            ("p0@acme.example", "Zoé0, votre chaudière", "campaign:rentree:p0@acme.example"),
            ("p1@acme.example", "Zoé1, votre chaudière", "campaign:rentree:p1@acme.example"),
        ]
        assert rows[0].body.startswith("Bonjour Zoé0,")
        assert "STOP" in rows[0].body


def test_who_has_an_empty_field_is_left_out_when_their_turn_comes(config: Config) -> None:
    begun(config, 2, TEXT._replace(body="Bonjour {{ contact.fonction }}, voici notre lettre."))
    assert fed(config) == 0
    with read_crm(config) as crm:
        told = queries.people(crm, campaigns.of(crm, "rentree").id)
        assert {(one.state, one.reason) for one in told} == {("left_out", "empty")}


def test_empty_fields_are_counted_before(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm:
        number = a_list(crm)
        people(crm, number, 2)
        subscribe(crm, number, firm.contact)
        campaigns.add(crm, TEXT._replace(body="Pour {{ entreprise.nom }}, {{ contact.fonction }} : bonjour."))
        draft = campaigning.draft_of(crm, campaigns.of(crm, "rentree"), "contact@firme.example")
    assert (draft.people, dict(draft.empty)) == (3, {"entreprise.nom": 2, "contact.fonction": 1})


def test_no_more_leave_in_an_hour_than_was_said(config: Config) -> None:
    begun(config, 5, TEXT._replace(per_hour=2))
    assert (fed(config), fed(config)) == (2, 0)
    assert fed(config._replace(now="2026-11-23T10:00:01+01:00")) == 2


def test_a_paused_campaign_holds_what_waits_and_goes_on_where_it_was(config: Config) -> None:
    begun(config, 3)
    assert fed(config, 2) == 2
    with open_crm(config) as crm:
        campaigns.pause(crm, "rentree", "la faute d'orthographe")
        assert mails.due(crm, crm.now_text, 9) == []
    with open_crm(config) as crm:
        assert campaigning.tend(crm).ended == 0
        assert campaigns.resume(crm, "rentree") == "sending"
        assert len(mails.due(crm, crm.now_text, 9)) == 2
    assert (fed(config), fed(config)) == (1, 0)


def test_what_a_person_withdrew_is_not_given_back_with_the_rest(config: Config) -> None:
    begun(config, 2)
    fed(config)
    with open_crm(config) as crm:
        outbox.withdraw(crm, 1)
        campaigns.pause(crm, "rentree")
        campaigns.resume(crm, "rentree")
        assert [row.id for row in mails.due(crm, crm.now_text, 9)] == [2]


def test_an_undone_pause_goes_on_and_an_undone_resumption_rests(config: Config) -> None:
    begun(config, 2)
    fed(config)
    for kind in ("pause", "resume"):
        with open_crm(config) as crm:
            getattr(campaigns, kind)(crm, "rentree")
    with open_crm(config) as crm:
        history.undo(crm)
        campaigning.tend(crm)
        assert (campaigns.of(crm, "rentree").state, mails.due(crm, crm.now_text, 9)) == ("paused", [])
    with open_crm(config) as crm:
        history.undo(crm)
        campaigning.tend(crm)
        assert (campaigns.of(crm, "rentree").state, len(mails.due(crm, crm.now_text, 9))) == ("sending", 2)


def test_what_has_begun_keeps_its_text_also_when_an_edit_is_taken_back(config: Config) -> None:
    with open_crm(config) as crm:
        people(crm, a_list(crm), 1)
        campaigns.add(crm, TEXT)
    with open_crm(config) as crm:
        campaigns.edit(crm, "rentree", TEXT._replace(subject="Un autre sujet"))
        edited = crm.journal.batch_id if crm.journal else 0
    with open_crm(config) as crm:
        campaigns.schedule(crm, "rentree", crm.now_text, account="shop", draft=DRAFT)
    with open_crm(config) as crm:
        campaigning.tend(crm)
    with open_crm(config) as crm:
        with pytest.raises(RefusedByRule):
            campaigns.edit(crm, "rentree", TEXT)
        with pytest.raises(RefusedByRule):
            campaigns.delete(crm, "rentree")
        with pytest.raises(RefusedByRule):
            history.undo(crm, edited)
        assert campaigns.of(crm, "rentree").subject == "Un autre sujet"
        assert not any(health.problems(crm.connection, all_events=True).values())


def test_what_began_cannot_be_taken_back_and_says_what_can_be_done(config: Config) -> None:
    begun(config, 1)
    with open_crm(config) as crm, pytest.raises(RefusedByRule, match="campaign pause") as refused:
        history.undo(crm)
    assert refused.value.rule == "campaign-has-begun"


def test_both_subjects_leave_by_turns(config: Config) -> None:
    begun(config, 40, TEXT._replace(subject_b="Autre", ab_percent=100, per_hour=10))
    assert fed(config) == 10
    with read_crm(config) as crm:
        assert crm.rows("SELECT step, count(*) FROM outbox GROUP BY step ORDER BY step") == [
            ("a", 5),
            ("b", 5),
        ]


def test_a_campaign_ends_when_its_last_mail_has(config: Config) -> None:
    begun(config, 2)
    fed(config)
    with open_crm(config) as crm:
        assert campaigning.tend(crm).ended == 0
        settled(crm)
        assert campaigning.tend(crm).ended == 1
        assert campaigns.of(crm, "rentree").state == "sent"


def test_a_cancelled_campaign_sends_nothing_more(config: Config) -> None:
    begun(config, 3)
    fed(config, 1)
    with open_crm(config) as crm:
        campaigns.cancel(crm, "rentree", "erreur de prix")
        campaigning.tend(crm)
        assert mails.due(crm, crm.now_text, 9) == []
        with pytest.raises(RefusedByRule):
            campaigns.resume(crm, "rentree")


def test_two_subjects_are_tried_on_some_and_the_better_one_goes_to_the_others(config: Config) -> None:
    text = TEXT._replace(subject_b="Une autre façon de le dire", ab_percent=50, ab_hours=2)
    begun(config, 40, text)
    assert (fed(config), fed(config)) == (20, 0)
    with open_crm(config) as crm:
        campaigning.tend(crm)
        assert campaigns.of(crm, "rentree").winner == ""
        settled(crm)
        for (number,) in crm.rows("SELECT id FROM outbox WHERE step = 'b' ORDER BY id LIMIT 8"):
            _answer(crm, number)
    with open_crm(config) as crm:
        assert campaigning.tend(crm).decided == 0
    later = config._replace(now="2026-11-23T11:00:00+01:00")
    with open_crm(later) as crm:
        assert campaigning.tend(crm).decided == 1
        assert campaigns.of(crm, "rentree").winner == "b"
    assert fed(later) == 20
    with read_crm(config) as crm:
        told = campaign_results.results(crm, campaigns.of(crm, "rentree"))
        assert told.tested == ((10, 0), (10, 8))
        rest = crm.rows("SELECT DISTINCT subject FROM outbox WHERE state = 'due'")
        assert rest == [("Une autre façon de le dire",)]


def test_few_answers_leave_the_first_subject(config: Config) -> None:
    begun(config, 4, TEXT._replace(subject_b="Autre", ab_percent=50, ab_hours=1))
    fed(config)
    with open_crm(config) as crm:
        settled(crm)
        _answer(crm, 1)
    with open_crm(config._replace(now="2026-11-23T11:00:00+01:00")) as crm:
        campaigning.tend(crm)
        assert campaigns.of(crm, "rentree").winner == "a"


def test_results_have_their_base(config: Config, firm: Firm) -> None:
    begun(config, 4)
    fed(config)
    with open_crm(config) as crm:
        settled(crm)
        _answer(crm, 1)
        for kind, number in (("hard", 2), ("complaint", 3)):
            with crm.act("mail.bounced") as act:
                act.insert(
                    "bounces",
                    address=f"p{number}@acme.example",
                    kind=kind,
                    outgoing_id=number,
                    at=crm.now_text,
                )
        gone = crm.rows("SELECT contact_id FROM outbox WHERE id = 4")[0][0]
        consent.object_to(crm, gone, Wanted("email", "newsletter"), how="mail")
        found = campaigns.of(crm, "rentree")
        told = campaign_results.results(crm, found)
        people = {
            state: [one.outgoing_id for one in campaign_results.people(crm, found, state)]
            for state in ("", *campaign_results.CAME)
        }
        came = [one.came for one in campaign_results.people(crm, found)]
    whole = told.whole
    assert (told.chosen, whole.sent, whole.replied, whole.bounced, whole.complained) == (4, 4, 1, 1, 1)
    assert (whole.unsubscribed, whole.measured, whole.opened) == (1, 0, 0)
    assert people == {
        "": [1, 2, 3, 4], "replied": [1], "bounced": [2], "complained": [3], "unsubscribed": [4],
        "bounced_for_now": [],
    }  # fmt: skip
    assert came == [("replied",), ("bounced",), ("complained",), ("unsubscribed",)]


def test_addresses_that_do_not_exist_are_a_share_of_all_that_was_given_to_a_server(config: Config) -> None:
    begun(config, 5)
    fed(config)
    with open_crm(config) as crm:
        for row in posting.claim(crm, "me", limit=3):
            intend(crm, row.id, "me", f"<m{row.id}@x>")
            posting.refuse(crm, row.id, "me", Reply(550, "no such user", is_hard=True))
        crm.connection.write(
            "UPDATE outbox SET state = 'refused' WHERE state = 'due' AND id = 4"
        )  # by a rule of ours
        settled(crm)
        whole = campaign_results.results(crm, campaigns.of(crm, "rentree")).whole
    assert (whole.given, whole.sent, whole.refused, whole.bounced) == (4, 1, 4, 3)
    assert [campaign_results.base(whole, what) for what in ("bounced", "replied", "opened")] == [4, 1, 0]


def test_a_mail_that_only_says_no_more_is_no_answer_in_the_results_nor_in_the_test(config: Config) -> None:
    begun(config, 4, TEXT._replace(subject_b="Autre", ab_percent=50, ab_hours=1))
    fed(config)
    with open_crm(config) as crm:
        settled(crm)
        _answer(crm, 1)
        _answer(crm, 2)
        told = campaign_results.results(crm, campaigns.of(crm, "rentree"))
        assert (told.whole.replied, sum(arm.reacted for arm in told.tested or ())) == (2, 2)
        for (message_id,) in crm.rows("SELECT id FROM messages WHERE message_id = '<r1@y>'"):
            correspondence.expect_none(crm, message_id, how=correspondence.DONE)
        for (message_id,) in crm.rows("SELECT id FROM messages WHERE message_id = '<r2@y>'"):
            correspondence.expect_none(
                crm, message_id
            )  # a person needs not answer it: it is an answer all the same
        told = campaign_results.results(crm, campaigns.of(crm, "rentree"))
    assert (told.whole.replied, sum(arm.reacted for arm in told.tested or ())) == (1, 1)


def test_a_machine_that_opens_is_nobody(config: Config) -> None:
    begun(config, 2)
    fed(config)
    with open_crm(config) as crm:
        settled(crm)
        (person,) = crm.rows("SELECT contact_id FROM outbox WHERE id = 1")[0]
        consent.give(crm, person, Wanted("email", "measure"), wording="oui", how="formulaire")
        columns = ("contact_id", "outgoing_id", "kind", "is_machine", "at", "recorded_at")
        rows = [
            (person, mail, "opened", machine, crm.now_text, crm.now_text)
            for mail, machine in ((1, 0), (2, 1))
        ]
        crm.connection.insert_many("signals", columns, rows)
        whole = campaign_results.results(crm, campaigns.of(crm, "rentree")).whole
    assert (whole.opened, whole.measured, whole.sent) == (1, 1, 2)


@pytest.mark.parametrize(
    ("ended", "reason"),
    [
        (Ended(0), ""),
        (Ended(49, hard=49), ""),
        (Ended(100, hard=5), ""),
        (Ended(100, hard=6), "hard:6:100"),
        (Ended(1_000, complaints=1), ""),
        (Ended(1_999, complaints=2), "complaints:2:1999"),
        (Ended(2_000, complaints=2), ""),
        (Ended(10, last=("refused",) * 10), "refused:10:10"),
        (Ended(10, last=("refused",) * 9), ""),
        (Ended(10, last=("refused",) * 9 + ("sent",)), ""),
    ],
)
def test_when_a_campaign_stops_by_itself(ended: Ended, reason: str) -> None:
    assert brakes.why_stop(ended) == reason


def test_why_it_stopped_is_told_in_words_and_what_a_person_wrote_as_it_is() -> None:
    assert brakes.in_words("hard:6:100") == "6 of 100 addresses do not exist"
    assert brakes.in_words("erreur : le prix") == "erreur : le prix"


def test_a_campaign_that_the_server_refuses_stops_until_a_person_resumes_it(config: Config) -> None:
    begun(config, 12)
    fed(config, 10)
    with open_crm(config) as crm:
        settled(crm, "refused", reply_code=550)
        assert campaigning.tend(crm).stopped == 1
        assert campaigns.of(crm, "rentree").state == "paused"
        assert campaigns.of(crm, "rentree").reason == "refused:10:10"
    with open_crm(config) as crm:
        assert campaigning.tend(crm).stopped == 0
        campaigns.resume(crm, "rentree")
        assert not any(health.problems(crm.connection, all_events=True).values())


@pytest.mark.parametrize("state", ["sent", "refused"])
def test_a_campaign_that_was_resumed_stops_again_for_what_comes_of_it_from_then_on_alone(
    state: str, config: Config
) -> None:
    begun(config, 40)
    fed(config, 10)
    with open_crm(config) as crm:
        settled(crm, "refused", reply_code=550)
        assert campaigning.tend(crm).stopped == 1
    with open_crm(config) as crm:
        campaigns.resume(crm, "rentree")
    later = config._replace(now="2026-11-23T10:00:00+01:00")
    with open_crm(later) as crm:
        assert campaigning.tend(crm).stopped == 0
    fed(later, 10)
    with open_crm(later) as crm:
        settled(crm, state, reply_code=550 if state == "refused" else 250)
        assert campaigning.tend(crm).stopped == (state == "refused")


def test_one_whose_moment_passed_while_it_was_paused_is_scheduled_anew_and_does_not_leave_by_itself(
    config: Config,
) -> None:
    with open_crm(config) as crm:
        people(crm, a_list(crm), 1)
        scheduled(crm, at="2026-11-24T09:00:00Z")
        campaigns.pause(crm, "rentree")
    with open_crm(config) as crm:
        assert campaigns.resume(crm, "rentree") == "scheduled"  # its moment is still to come
        campaigns.pause(crm, "rentree")
    night = config._replace(now="2026-11-28T23:30:00+01:00")
    with open_crm(night) as crm:
        with pytest.raises(RefusedByRule) as refused:
            campaigns.resume(crm, "rentree", draft=DRAFT)
        assert refused.value.advice == 'petitcrm campaign schedule rentree "…"'
        campaigns.schedule(crm, "rentree", "2026-12-01T09:00:00Z", account="shop", draft=DRAFT)
        assert (campaigning.tend(crm), campaigns.of(crm, "rentree").state) == (Tended(), "scheduled")
    with open_crm(config._replace(now="2026-12-01T10:00:00+01:00")) as crm:
        assert campaigning.tend(crm).begun == 1
        campaigns.pause(crm, "rentree")
        with pytest.raises(RefusedByRule):
            campaigns.schedule(crm, "rentree", "2026-12-08T09:00:00Z", account="shop", draft=DRAFT)


def test_one_for_a_segment_that_is_no_more_is_paused_and_keeps_no_other_from_beginning(
    config: Config,
) -> None:
    with open_crm(config) as crm:
        people(crm, a_list(crm), 2)
        segments.add(crm, "Vip", "nom = Nöel")
        scheduled(crm, TEXT._replace(key="vip", name="Été", audience='{"segments":["vip"]}'))
        scheduled(crm)
        gone(crm, "vip")
    with open_crm(config) as crm:
        told = campaigning.tend(crm)
        assert (told.begun, told.chosen, told.stopped) == (1, 2, 1)
        (words,) = told.problems
        assert words.startswith("Été") and "vip" in words
        paused = campaigns.of(crm, "vip")
        assert (paused.state, paused.started_at) == ("paused", None)
        (day,) = brakes.stopped(crm)
        assert paused.reason.startswith("audience:") and day.endswith("petitcrm campaign check vip")
        assert campaigning.tend(crm).problems == ()  # said once, then in the day
        assert not any(health.problems(crm.connection, all_events=True).values())


def whom(crm: Crm) -> list[tuple[int, str, str, str]]:
    """Return whom campaigns are for: the contact, the address, how far they are, and why not."""
    sql = (
        "SELECT contact_id, address, state, reason FROM recipients ORDER BY campaign_id, contact_id, address"
    )
    return [tuple(row) for row in crm.rows(sql)]


@pytest.mark.parametrize("kept", ["of it", "not of it"])
def test_who_waits_is_written_to_once_as_who_they_are_after_a_merge_and_a_merge_undone_gives_back_each(
    kept: str, config: Config
) -> None:
    with open_crm(config) as crm:
        some = people(crm, a_list(crm), 1 + (kept == "of it"))
        other = contacts.add(crm, {"first_name": "Doublon", "last_name": "N"}, emails=["d@acme.example"])
        scheduled(crm)
        campaigning.tend(crm)
    kept_id, merged_id = (some[0], some[1]) if kept == "of it" else (other, some[0])
    with open_crm(config) as crm:
        before = whom(crm)
        contacts.merge(crm, kept_id, merged_id)
    with open_crm(config) as crm:
        assert whom(crm) == [(kept_id, "p0@acme.example", "waiting", "")]
        assert not any(health.problems(crm.connection, all_events=True).values())
        history.undo(crm)
    with open_crm(config) as crm:
        assert whom(crm) == before
        assert not any(health.problems(crm.connection, all_events=True).values())
        history.redo(crm)
    assert fed(config) == 1
    with open_crm(config) as crm:
        assert [(one, state) for one, _address, state, _why in whom(crm)] == [(kept_id, "mailed")]
        assert not any(health.problems(crm.connection, all_events=True).values())
        assert history.undo(crm).kept == []  # what left has left, and is of the one whom it was chosen for
    with open_crm(config) as crm:
        assert whom(crm)[-1][0] == (merged_id if kept == "not of it" else whom(crm)[-1][0])
        assert len(whom(crm)) == len(before)
        assert not any(health.problems(crm.connection, all_events=True).values())


def test_who_has_their_mail_gets_no_second_one_by_a_merge_with_who_waits_or_was_left_out(
    config: Config,
) -> None:
    begun(config, 3)
    fed(config, 1)
    with open_crm(config) as crm:
        settled(crm)
        mailed, waiting, left_out = (
            row[0] for row in crm.rows("SELECT contact_id FROM recipients ORDER BY id")
        )
        crm.connection.write(
            "UPDATE recipients SET state = 'left_out', reason = 'cap' WHERE contact_id = :id",
            {"id": left_out},
        )
        before = whom(crm)
    with open_crm(config) as crm:
        contacts.merge(crm, left_out, waiting)
        assert whom(crm)[-1] == (left_out, "p1@acme.example", "waiting", "")
    with open_crm(config) as crm:
        contacts.merge(crm, left_out, mailed)
        assert whom(crm) == [(left_out, "p0@acme.example", "mailed", "")]
    assert fed(config) == 0
    for _merge in range(2):
        with open_crm(config) as crm:
            history.undo(crm)
    with open_crm(config) as crm:
        assert whom(crm) == before
        assert not any(health.problems(crm.connection, all_events=True).values())


def test_two_mails_that_left_to_who_are_one_by_now_count_as_two(config: Config) -> None:
    begun(config, 2)
    fed(config)
    with open_crm(config) as crm:
        settled(crm)
        one, other = (row[0] for row in crm.rows("SELECT contact_id FROM recipients ORDER BY id"))
        assert caps.full(crm, [one, other]) == set()
        contacts.merge(crm, one, other)
    with open_crm(config) as crm:
        assert caps.full(crm, [one]) == {one}
        history.undo(crm)
    with open_crm(config) as crm:
        assert caps.full(crm, [one, other]) == set()
        assert {who: len(at) for who, at in caps.mailed(crm, [one, other], 7).items()} == {one: 1, other: 1}


def test_somebody_deleted_and_put_back_is_of_the_campaign_as_they_were(config: Config) -> None:
    begun(config, 2)
    with open_crm(config) as crm:
        before = whom(crm)
        contacts.delete(crm, before[0][0])
    with open_crm(config) as crm:
        history.undo(crm)
        assert whom(crm) == before
    assert fed(config) == 2


def _answer(crm: Crm, outgoing_id: int) -> None:
    with crm.act("mail.received") as act:
        act.insert(
            "messages", message_id=f"<r{outgoing_id}@y>", thread=f"<m{outgoing_id}@x>", at=crm.now_text,
            recorded_at=crm.now_text,
        )  # fmt: skip


def test_a_campaign_whose_list_is_put_away_before_it_begins_goes_to_nobody(config: Config) -> None:
    with open_crm(config) as crm:
        people(crm, a_list(crm), 3)
        scheduled(crm)
        lists.archive(crm, "clients")
    with open_crm(config) as crm:
        assert campaigning.tend(crm).chosen == 0
    with read_crm(config) as crm:
        assert crm.rows("SELECT count(*) FROM outbox") == [(0,)]


def test_a_campaign_to_a_list_that_is_put_away_is_not_scheduled(config: Config) -> None:
    with open_crm(config) as crm:
        people(crm, a_list(crm), 3)
        campaigns.add(crm, TEXT)
        lists.archive(crm, "clients")
    with pytest.raises(RefusedByRule) as refused, open_crm(config) as crm:
        draft = campaigning.draft_of(crm, campaigns.of(crm, TEXT.key), SENDER)
        campaigns.schedule(crm, TEXT.key, crm.now_text, account="shop", draft=draft)
    assert (refused.value.rule, "list archive clients --back" in refused.value.message) == (
        "campaign-content", True,
    )  # fmt: skip
