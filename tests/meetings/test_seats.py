"""So many seats: who gets one, who waits, and who moves up."""

from datetime import timedelta

import pytest

from app.core import clock as core_clock
from app.extensions import db
from app.meetings.models import Meeting, ReservedSeats
from app.meetings.operations.seats import settle_all

HYBRID = {"online_url": "https://video.example/1"}


def answer(browser, meeting_id, who="member", **values):
    visit = browser(who)
    visit.get(f"/meetings/{meeting_id}")
    return visit.submit("Gem svar", **values)


def said(answers, meeting_id):
    return {row.person_id: row.answer.value for row in answers(meeting_id)}


def limit(browser, meeting_id, status=200, **values):
    visit = browser("coordinator")
    visit.get(f"/meetings/{meeting_id}/sign-up/limits")
    return visit.submit("Gem", status=status, **values)


@pytest.fixture
def full(world, answers):
    """A meeting with one seat, which the colleague has."""
    meeting_id = world.meeting(capacity=1, **HYBRID)
    answers(meeting_id, colleague="yes")
    return meeting_id


def test_a_yes_to_a_full_meeting_waits_and_sees_its_number(browser, world, full, answers, owed):
    page = browser("member").get(f"/meetings/{full}")
    assert "Alle pladser er taget. Sig ja, og du står på ventelisten. Online er der altid plads." in page.text
    page = answer(browser, full, answer="yes", presence="here")
    assert "Du er nummer 1 på ventelisten" in page.text
    assert "1 af 1 pladser er taget." in page.text
    assert said(answers, full) == {world.cast["colleague"]: "yes", world.cast["member"]: "waiting"}
    assert owed.new() == []


def test_saying_yes_again_keeps_the_place_in_the_line_and_the_seat(browser, world, full, answers):
    answer(browser, full, answer="yes", presence="here")
    answer(browser, full, "coordinator", answer="yes", presence="here")
    answer(browser, full, answer="yes", presence="here", note="Jeg venter gerne")
    answer(browser, full, "colleague", answer="yes", presence="here", note="Ses")
    assert said(answers, full)[world.cast["colleague"]] == "yes"
    page = browser("member").get(f"/meetings/{full}")
    assert "Du er nummer 1 på ventelisten" in page.text
    assert "Du er nummer 2 på ventelisten" in browser("coordinator").get(f"/meetings/{full}").text


@pytest.mark.parametrize("leaves", [{"answer": "no"}, {"answer": "maybe"}, {"answer": "yes", "presence": "online"}])
def test_who_gives_a_seat_up_gives_it_to_the_first_in_line_who_gets_a_mail(
    browser, world, full, answers, owed, outbox, leaves
):
    answer(browser, full, answer="yes", presence="here")
    answer(browser, full, "coordinator", answer="yes", presence="here")
    answer(browser, full, "colleague", **leaves)
    assert said(answers, full)[world.cast["member"]] == "yes"
    assert said(answers, full)[world.cast["coordinator"]] == "waiting"
    assert owed.told() == {"seat_given": {"member"}}
    (mail,) = outbox()
    assert mail.subject.startswith("Der er en plads til dig: Småjob hos håndværksmestre")
    assert "Du stod på ventelisten, og nu har du en plads." in mail.text


def test_the_mail_is_not_sent_to_who_has_declined_meanwhile(browser, full, owed, outbox):
    answer(browser, full, answer="yes", presence="here")
    answer(browser, full, "colleague", answer="no")
    answer(browser, full, answer="no")
    assert owed.told() == {"seat_given": {"member"}}
    assert outbox() == []


def test_online_takes_no_seat_and_a_no_is_always_taken(browser, world, full, answers):
    page = answer(browser, full, answer="yes", presence="online")
    assert "venteliste" not in page.text
    answer(browser, full, "coordinator", answer="no")
    assert said(answers, full) == {
        world.cast["colleague"]: "yes",
        world.cast["member"]: "yes",
        world.cast["coordinator"]: "no",
    }


def test_more_seats_let_the_line_in_and_fewer_throw_nobody_out(browser, world, full, answers, owed):
    answer(browser, full, answer="yes", presence="here")
    page = limit(browser, full, capacity="2")
    assert "Gemt. 1 på ventelisten har fået en plads og får en mail." in page.html
    assert owed.told() == {"seat_given": {"member"}}
    limit(browser, full, capacity="0")
    assert set(said(answers, full).values()) == {"yes"}
    answer(browser, full, "coordinator", answer="yes", presence="here")
    assert said(answers, full)[world.cast["coordinator"]] == "waiting"
    limit(browser, full, capacity="")
    assert set(said(answers, full).values()) == {"yes"}


def test_seats_kept_for_a_municipality_are_its_own_until_they_are_freed(browser, world, answers, owed, clock):
    """The member is from Hjørring, the colleague from Jammerbugt."""
    meeting_id = world.meeting(capacity=1, freed_days_before=2)
    limit(browser, meeting_id, kept_0849="1")
    page = browser("member").get(f"/meetings/{meeting_id}")
    assert "1 er holdt til Jammerbugt." in page.text
    assert "er de for alle" in page.text
    answer(browser, meeting_id, answer="yes")
    assert said(answers, meeting_id) == {world.cast["member"]: "waiting"}
    answer(browser, meeting_id, "colleague", answer="yes")
    assert said(answers, meeting_id)[world.cast["colleague"]] == "yes"
    answer(browser, meeting_id, "colleague", answer="no")
    assert said(answers, meeting_id)[world.cast["member"]] == "waiting"
    with world.acting():
        settle_all()
    assert owed.told() == {}
    clock.move(days=1, minutes=31)
    for _again in range(2):
        with world.acting():
            settle_all()
    assert said(answers, meeting_id)[world.cast["member"]] == "yes"
    assert owed.told() == {"seat_given": {"member"}}


def test_freeing_follows_the_meeting_when_it_moves(browser, world, answers):
    meeting_id = world.meeting(starts_at=core_clock.now() + timedelta(days=20), capacity=1, freed_days_before=7)
    with world.acting():
        db.session.add(ReservedSeats(meeting_id=meeting_id, municipality_code="0849", seats=1))
    answer(browser, meeting_id, answer="yes")
    assert said(answers, meeting_id) == {world.cast["member"]: "waiting"}
    visit = browser("coordinator")
    visit.get(f"/meetings/{meeting_id}/edit")
    visit.submit("Gem mødet", date=(core_clock.today() + timedelta(days=3)).isoformat())
    assert said(answers, meeting_id) == {world.cast["member"]: "yes"}


def test_nobody_moves_up_to_a_meeting_that_does_not_take_place(browser, world, full, answers, owed, clock):
    answer(browser, full, answer="yes", presence="here")
    browser("coordinator").post(f"/meetings/{full}/cancellation")
    owed.new()
    with world.acting():
        db.session.get_one(Meeting, full).capacity = 5
        settle_all()
    assert owed.new() == []
    browser("coordinator").post(f"/meetings/{full}/cancellation/withdrawal")
    assert said(answers, full)[world.cast["member"]] == "yes"
    assert owed.told()["seat_given"] == {"member"}


def test_who_leaves_the_network_gives_the_seat_on(browser, world, full, answers, owed):
    answer(browser, full, answer="yes", presence="here")
    visit = browser("colleague")
    page = visit.get(f"/networks/{world.network_id}/members")
    href = next(href for words, href in page.links().items() if "Forlad netværket" in words)
    visit.get(href)
    visit.submit("Forlad netværket")
    assert said(answers, full) == {world.cast["member"]: "yes"}
    assert owed.told()["seat_given"] == {"member"}


# The day to answer by


def test_after_the_deadline_one_only_steps_back(browser, world, answers, clock):
    meeting_id = world.meeting(answer_by=core_clock.now() + timedelta(days=1), **HYBRID)
    page = answer(browser, meeting_id, "colleague", answer="yes", presence="here")
    assert "Svar senest tirsdag den 24. november 2026 kl. 9.00." in page.text
    clock.move(days=1, hours=1)
    page = answer(browser, meeting_id, answer="yes", presence="online")
    assert (
        "Svarfristen var tirsdag den 24. november 2026. Du kan stadig melde afbud. "
        "Vil du med, så skriv eller ring til Karen Tovholder." in page.text
    )
    assert "maybe" not in said(answers, meeting_id).values()
    answer(browser, meeting_id, answer="no")
    assert said(answers, meeting_id)[world.cast["member"]] == "no"
    page = answer(browser, meeting_id, "colleague", answer="yes", presence="online", note="Jeg er med online")
    assert "Dit svar er gemt" in page.html or "Svar gemt" in page.text
    answer(browser, meeting_id, "colleague", answer="yes", presence="here")
    rows = {row.person_id: row for row in answers(meeting_id)}
    assert rows[world.cast["colleague"]].presence == "online"
    answer(browser, meeting_id, "colleague", answer="no")
    assert said(answers, meeting_id)[world.cast["colleague"]] == "no"


def test_a_late_yes_can_be_put_in_by_a_coordinator(browser, world, answers, owed, outbox, clock):
    meeting_id = world.meeting(answer_by=core_clock.now() + timedelta(hours=1))
    clock.move(hours=2)
    visit = browser("coordinator")
    visit.get(f"/meetings/{meeting_id}/sign-up")
    page = visit.submit("Gem svaret", person=str(world.cast["member"]), answer="yes", host_note="Uden nødder")
    assert "Skrevet for Mette Medlem: Deltager." in page.html
    assert "Skrevet af en tovholder" in page.text
    (row,) = answers(meeting_id)
    assert (row.answer, row.said_by_id, row.host_note) == ("yes", world.cast["coordinator"], "Uden nødder")
    assert owed.told() == {"answer_put_in": {"member"}}
    (mail,) = outbox()
    assert mail.subject.startswith("Dit svar: Deltager.")
    assert "Karen Tovholder har skrevet svaret for dig." in mail.text
    assert "nødder" not in mail.text
    assert "En tovholder har skrevet svaret for dig." in browser("member").get(f"/meetings/{meeting_id}").text


def test_an_answer_that_is_not_chosen_is_explained(browser, world, answers):
    meeting_id = world.meeting()
    visit = browser("coordinator")
    visit.get(f"/meetings/{meeting_id}/sign-up")
    page = visit.submit("Gem svaret", person=str(world.cast["member"]), host_note="Uden nødder")
    assert "Vælg, hvad vedkommende svarer" in page.errors
    assert page.value("host_note") == "Uden nødder"
    page = visit.post(
        f"/meetings/{meeting_id}/sign-up/answers", status=200, person=str(world.cast["outsider"]), answer="yes"
    )
    assert page.errors
    assert answers(meeting_id) == []


# What the coordinator sees and decides


def test_the_coordinators_page_shows_who_waits_who_is_silent_and_reminds_them_once_a_day(
    browser, world, full, owed, outbox, clock
):
    answer(browser, full, answer="yes", presence="here")
    visit = browser("coordinator")
    page = visit.get(f"/meetings/{full}/sign-up")
    assert "Venteliste" in page.text and "Mette Medlem (Hjørring)" in page.text
    assert "Karen Tovholder (" in page.text  # has not answered
    extra = world.cast["extra"] = _member(world, "Ditte Stille")
    visit.get(f"/meetings/{full}/sign-up")
    page = visit.submit("Mind dem om det på mail")
    assert "Vi minder 1 medlem om det nu." in page.html
    assert owed.told() == {"answer_wanted": {"extra"}}
    page = visit.submit("Mind dem om det på mail")
    assert "De er blevet mindet om det i dag." in page.html
    assert owed.told() == {}
    assert extra
    (mail,) = outbox()
    assert mail.subject.startswith("Kommer du? Småjob hos håndværksmestre")
    clock.move(days=1)
    visit.submit("Mind dem om det på mail")
    assert owed.told() == {"answer_wanted": {"extra"}}


def _member(world, name):
    with world.acting():
        return world.person(name, network=world.network_id)


def test_the_reminder_is_not_sent_to_who_has_answered_meanwhile(browser, world, outbox, owed):
    meeting_id = world.meeting()
    visit = browser("coordinator")
    visit.get(f"/meetings/{meeting_id}/sign-up")
    visit.submit("Mind dem om det på mail")
    assert owed.told() == {"answer_wanted": {"member", "colleague"}}
    answer(browser, meeting_id, answer="maybe")
    assert [mail.to for mail in outbox()] == ["person3@erfa.test"]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"capacity": "mange"}, "Skriv et helt tal fra 0 til 1000, eller ingenting"),
        ({"capacity": "-1"}, "Skriv et helt tal fra 0 til 1000, eller ingenting"),
        (
            {"capacity": "2", "kept_0813": "3"},
            "Du holder 3 pladser, men der er 2. Hold færre, eller find et større lokale",
        ),
        ({"capacity": "", "kept_0813": "3"}, "Skriv, hvor mange pladser der er, før du holder nogle af dem"),
        ({"answer_day": "31.2.2027"}, "Skriv datoen som 26.11.2026"),
        ({"answer_day": "2027-01-01"}, "Vælg en dag, før mødet begynder"),
        ({"answer_day": "2026-11-25", "answer_hour": "kvart"}, "Skriv klokkeslættet som 9.30"),
    ],
)
def test_limits_that_make_no_sense_are_explained_and_kept(browser, world, stored, values, sentence):
    meeting_id = world.meeting()
    page = limit(browser, meeting_id, **values)
    assert sentence in page.errors
    for name, value in values.items():
        assert page.value(name) == value
    assert stored(meeting_id).capacity is None


def test_two_coordinators_do_not_overwrite_each_other(browser, world, stored):
    meeting_id = world.meeting()
    first, second = browser("coordinator"), browser("administrator")
    for visit in (first, second):
        visit.get(f"/meetings/{meeting_id}/sign-up/limits")
    first.submit("Gem", capacity="12")
    page = second.submit("Gem", capacity="20", status=409)
    assert "En anden har ændret det imens" in page.text
    assert page.value("capacity") == "20"
    assert stored(meeting_id).capacity == 12
    second.submit("Gem det, jeg skrev")
    assert stored(meeting_id).capacity == 20


def test_the_deadline_without_a_time_is_the_whole_day(browser, world, stored):
    meeting_id = world.meeting()
    limit(browser, meeting_id, answer_day="2026-11-24")
    assert core_clock.local(stored(meeting_id).answer_by).strftime("%d.%m. %H:%M") == "24.11. 23:59"
    assert "Svar senest tirsdag den 24. november 2026." in browser("member").get(f"/meetings/{meeting_id}").text
    page = browser("coordinator").get(f"/meetings/{meeting_id}/sign-up/limits")
    assert (page.value("answer_day"), page.value("answer_hour")) == ("2026-11-24", "")


# A word to the host


def test_a_word_to_the_host_is_for_the_host_and_coordinators_only(browser, world, answers, outbox):
    """The colleague is from Jammerbugt, which hosts; another member is from somewhere else."""
    meeting_id = world.meeting(host_code="0849")
    other = world.cast["other"] = _member(world, "Per Peger")
    page = answer(browser, meeting_id, answer="yes", note="Ses", host_note="Jeg tåler ikke nødder")
    assert page.value("host_note") == "Jeg tåler ikke nødder"
    answer(browser, meeting_id, answer="maybe")
    assert answers(meeting_id)[0].host_note == "Jeg tåler ikke nødder"
    for who in ("colleague", "coordinator"):
        visit = browser(who)
        assert "nødder" not in visit.get(f"/meetings/{meeting_id}").text
        assert "Jeg tåler ikke nødder" in visit.follow("1 besked til værten").text
    assert other
    visit = browser("other")
    assert "nødder" not in visit.get(f"/meetings/{meeting_id}").html
    visit.get(f"/meetings/{meeting_id}/host-notes", status=403)
    browser("outsider").get(f"/meetings/{meeting_id}/host-notes", status=404)
    file = browser("coordinator").raw("GET", f"/meetings/{meeting_id}/participants.csv").get_data(as_text=True)
    assert "Mette Medlem;Hjørring;Måske" in file
    assert "nødder" not in file and "Ses" not in file


def test_the_file_of_participants_holds_no_formula(browser, world):
    meeting_id = world.meeting()
    _member(world, "=HYPERLINK(1)")
    answer = browser("coordinator").raw("GET", f"/meetings/{meeting_id}/participants.csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert "deltagere-2026-11-26.csv" in answer.headers["Content-Disposition"]
    assert "'=HYPERLINK(1)" in answer.get_data(as_text=True)
