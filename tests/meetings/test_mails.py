"""The mails about meetings, as they are composed when they are sent."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import render_template
from flask_babel import force_locale

from app.accounts.models import Person
from app.core import clock as core_clock
from app.extensions import db
from app.meetings.models import Meeting
from app.networks.models import Membership
from app.notifications.letters import NotSent, composer_of

PAYLOAD = {"by": "Karen Tovholder", "sequence": 0, "reason": "Storm", "changes": {}}


@pytest.fixture
def compose(app, world):
    """Composes a kind of mail to one of the cast and, when it is to be sent, renders both of its parts."""

    def run(kind, meeting_id, who="member", locale="da", **more):
        with app.test_request_context(base_url=app.config["BASE_URL"]), force_locale(locale):
            person = db.session.get_one(Person, world.cast[who])
            letter = composer_of(kind)(person, {**PAYLOAD, "meeting_id": meeting_id, **more})
            if isinstance(letter, NotSent):
                return letter
            facts = {**letter.context, "person": person, "letter": letter, "stop_url": "", "is_answerable": True}
            return letter, *(render_template(f"{letter.template}.{kind}", **facts) for kind in ("txt", "html"))

    return run


def test_the_call_says_when_where_who_what_and_asks(compose, world):
    meeting_id = world.meeting(host_code="0849", description="En aftale", online_url="https://video.example/hemmeligt")
    letter, text, html = compose("meeting_called", meeting_id)
    assert letter.subject == "Indkaldelse: Småjob hos håndværksmestre, torsdag den 26. november kl. 9.30"
    assert (letter.thread, letter.topic, letter.is_reply) == (f"meeting-{meeting_id}", None, False)
    for part in (text, html):
        assert "torsdag den 26. november 2026 kl. 9.30–12.00" in part
        assert "Tangværket, Fjerritslev, eller online" in part
        assert "Jammerbugt" in part
        assert "En aftale" in part
        assert "Kommer du, Mette?" in part
        assert "9.45" in part
        assert "Punkt 2" in part
        assert "kan ikke slås fra" in part
        assert f"https://erfa.test/meetings/answers/{meeting_id}-{world.cast['member']}-maybe-" in part
        assert "hemmeligt" not in part


def test_the_text_part_keeps_its_lines_apart(compose, world):
    _letter, text, _html = compose("meeting_called", world.meeting(host_code="0849"))
    lines = text.splitlines()
    assert "Hvor: Tangværket, Fjerritslev" in lines
    assert "Vært: Jammerbugt" in lines
    assert "9.30  Punkt 1" in lines
    assert "\n\n\n\n" not in text


def test_a_move_says_old_and_new_and_what_one_has_answered(compose, world, answers):
    meeting_id = world.meeting()
    answers(meeting_id, member="yes")
    changes = {
        "time": {
            "old": ["2026-11-26T08:30:00+00:00", "2026-11-26T11:00:00+00:00"],
            "new": ["2026-12-03T08:30:00+00:00", "2026-12-03T11:00:00+00:00"],
        },
        "place": {"old": "Tangværket", "new": ""},
        "online": {"old": False, "new": True},
    }
    letter, text, html = compose("meeting_moved", meeting_id, sequence=1, changes=changes)
    assert letter.subject.startswith("Flyttet: ")
    for part in (text, html):
        assert "torsdag den 3. december 2026 kl. 9.30–12.00" in part
        assert "torsdag den 26. november 2026 kl. 9.30–12.00" in part
        assert "Der er et nyt link" in part
        assert "intet sted" in part
        assert "Dit svar står stadig:" in part
    letter, text, _html = compose("meeting_moved", meeting_id, "colleague", changes={"place": changes["place"]})
    assert letter.subject.startswith("Ændret: ")
    assert "Kommer du, Ole?" in text


def test_a_cancellation_says_why_and_a_restoration_asks_again(compose, world):
    meeting_id = world.meeting(cancelled_at=datetime(2026, 11, 22, tzinfo=UTC), sequence=1)
    letter, text, html = compose("meeting_cancelled", meeting_id, sequence=1)
    assert letter.subject.startswith("Aflyst: ")
    assert "Storm" in text
    assert "Storm" in html
    assert isinstance(compose("meeting_restored", meeting_id, sequence=0), NotSent)
    back = world.meeting(sequence=2)
    letter, text, html = compose("meeting_restored", back, sequence=2)
    assert letter.subject.startswith("Gennemføres alligevel: ")
    assert isinstance(compose("meeting_cancelled", back, sequence=1), NotSent)


def test_an_english_reader_gets_english(compose, world):
    letter, text, _html = compose("meeting_called", world.meeting(), locale="en")
    assert letter.subject == "Call: Småjob hos håndværksmestre, Thursday 26 November at 9:30"
    assert "Are you coming, Mette?" in text


@pytest.mark.parametrize("kind", ["meeting_called", "meeting_moved", "meeting_cancelled", "meeting_restored"])
def test_who_may_no_longer_see_the_meeting_gets_nothing(compose, world, kind):
    meeting_id = world.meeting()
    assert isinstance(compose(kind, meeting_id, "outsider"), NotSent)
    assert isinstance(compose(kind, meeting_id, "administrator"), NotSent)
    with world.acting():
        db.session.query(Membership).filter_by(person_id=world.cast["member"]).update({"left_at": datetime.now(UTC)})
    assert isinstance(compose(kind, meeting_id), NotSent)


def test_the_worker_sends_what_the_pages_owe(browser, world, outbox, clock):
    """From the button to the bytes: each step tells both members, in one thread that cannot be switched off."""
    coordinator = browser("coordinator")
    coordinator.get(f"/networks/{world.network_id}/meetings/new")
    facts = {"title": "Småjob", "date": "2026-12-03", "starts": "9.30", "ends": "12.00", "place": "Tangværket"}
    url = coordinator.submit("Send indkaldelsen", **facts).url
    steps = [outbox()]
    coordinator.get(f"{url}/edit")
    coordinator.submit("Gem mødet", starts="10.00")
    clock.move(minutes=5)
    steps.append(outbox())
    coordinator.get(f"{url}/cancellation")
    coordinator.submit("Aflys mødet", reason="Storm & <hagl>")
    steps.append(outbox())
    coordinator.submit("Fortryd aflysningen")
    steps.append(outbox())
    assert [{told.kind for told in step} for step in steps] == [
        {"meeting_called"},
        {"meeting_moved"},
        {"meeting_cancelled"},
        {"meeting_restored"},
    ]
    assert all(len(step) == 2 for step in steps)
    threads = {told.message["References"] for step in steps for told in step}
    assert threads == {f"<meeting-{url.rsplit('/', 1)[1]}@erfa.test>"}
    assert not any(told.message["List-Unsubscribe"] for step in steps for told in step)
    assert steps[2][0].subject == "Aflyst: Småjob, torsdag den 3. december kl. 10.00"
    assert "Hvorfor: Storm & <hagl>" in steps[2][0].text
    assert "Storm &amp; &lt;hagl&gt;" in steps[2][0].html
    assert "Indkaldelser og ændringer af møder kan ikke slås fra" in steps[0][0].text


def test_a_mail_that_comes_too_late_is_not_sent(compose, world):
    meeting_id = world.meeting()
    with world.acting():
        meeting = db.session.get_one(Meeting, meeting_id)
        meeting.starts_at -= timedelta(days=10)
        meeting.ends_at -= timedelta(days=10)
    assert isinstance(compose("meeting_called", meeting_id), NotSent)
    cancelled = world.meeting(cancelled_at=datetime(2026, 11, 22, tzinfo=UTC))
    assert isinstance(compose("meeting_called", cancelled), NotSent)
    assert isinstance(compose("meeting_moved", cancelled), NotSent)


def test_the_call_says_by_when_to_answer(compose, world):
    meeting_id = world.meeting(answer_by=core_clock.now() + timedelta(days=1))
    _letter, text, html = compose("meeting_called", meeting_id)
    for part in (text, html):
        assert "Svar senest" in part
        assert "den 24. november" in part
    _letter, text, html = compose("meeting_called", world.meeting())
    assert "Svar senest" not in text + html
