"""An answer in plain words: what is clear answers the meeting, what is not goes to a person, and its sender is told which."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.models import Person
from app.core import clock as core_clock
from app.extensions import db
from app.incoming.models import Fate
from app.itip.answers.words import Said, said_in_subject, understood
from app.meetings.models import AnswerWord, Meeting, Presence

YES = [
    "Ja",
    "ja tak",
    "JA!",
    "Ja, jeg kommer",
    "Ja, jeg kommer.",
    "Jeg kommer",
    "Jeg kommer gerne :-)",
    "Deltager",
    "Jeg deltager",
    "Jeg deltager selvfølgelig.",
    "Hej Karen\n\nJeg kommer.\n\nVenlig hilsen\nMette",
    "Hej Karen, jeg deltager gerne. Mvh Mette",
    "Kære Karen\nTak for indkaldelsen. Jeg kommer.\nVh Mette",
    "Jeg er med",
    "Det passer fint",
    "Jeg kan godt den dag",
    "Jeg tilmelder mig hermed",
    "Yes",
    "Yes, I will attend.",
    "Yes, I'll be there",
    "I am coming",
    "Hi Karen,\n\nI can make it.\n\nBest regards,\nMette",
    "Count me in",
    "Accepted",
]
NO = [
    "Nej",
    "Nej tak",
    "Afbud",
    "Jeg er desværre nødt til at melde afbud",
    "Jeg er desværre nødt til at melde afbud.",
    "Jeg må desværre melde afbud til mødet",
    "Jeg kan desværre ikke deltage",
    "Nej, jeg kommer ikke",
    "Jeg kan ikke",
    "Deltager ikke",
    "Det passer desværre ikke",
    "Jeg er forhindret",
    "Jeg melder fra",
    "Hej Karen\nJeg kan desværre ikke komme den 26. november.\nHilsen Mette",
    "No",
    "No, sorry",
    "Sorry, I can't make it",
    "I can\N{RIGHT SINGLE QUOTATION MARK}t come",
    "I will not be able to attend",
    "Unfortunately I am unable to attend",
]
MAYBE = ["Måske", "Måske kommer jeg", "Jeg kommer måske", "Maybe", "Perhaps", "Jeg kommer nok"]
ONLINE = [
    "Jeg kommer online",
    "Deltager online",
    "Ja, jeg deltager på Teams",
    "Online",
    "I will join online",
    "Kommer virtuelt",
]
UNCLEAR = [
    "Ja, hvis jeg kan få fri",
    "Ja, men kun til frokost",
    "Jeg kommer, men Ole kommer ikke",
    "Kommer du?",
    "Hvor er det?",
    "Vi kommer to",
    "Deltager + 1",
    "Jeg deltager ikke fysisk, men kommer online",
    "Jeg kommer ikke fysisk",
    "Jeg kan ikke melde afbud",
    "Nej, jeg kommer",
    "Jeg kommer nok ikke",
    "Not sure",
    "Ikke noget problem",
    "Jeg ved det ikke endnu",
    "Ole kommer i mit sted",
    "Er der parkering? Jeg kommer",
    "Ja. Nej.",
    "Jeg kommer. Hvis toget kører.",
    "Tak for sidst",
    "Desværre",
    "",
    "\N{THUMBS UP SIGN}",
    "Kan vi rykke mødet til fredag?",
    "Jeg har ikke modtaget dagsordenen",
    "I have no idea",
    "No problem, I will come",
    "Jeg kommer kun hvis Bo kommer",
]


@pytest.mark.parametrize(
    ("text", "word"),
    [(text, word) for texts, word in [(YES, "yes"), (NO, "no"), (MAYBE, "maybe")] for text in texts],
)
def test_what_is_clear_is_understood(text, word):
    said = understood(text)
    assert said is not None
    assert (said.word.value, said.presence) == (word, None)


@pytest.mark.parametrize("text", ONLINE)
def test_being_there_online_is_understood(text):
    assert understood(text) == Said(AnswerWord.YES, Presence.ONLINE)


@pytest.mark.parametrize("text", UNCLEAR)
def test_what_is_not_clear_is_left_to_a_person(text):
    assert understood(text) is None


def test_the_rest_of_what_was_said_comes_along():
    said = understood("Hej Karen\n\nJa, jeg kommer. Jeg er vegetar.\n\nVh Mette")
    assert said == Said(AnswerWord.YES, None, "Ja, jeg kommer. Jeg er vegetar.")


def test_only_the_first_lines_answer():
    assert (
        understood("Det var et godt møde sidst.\n\nVi talte om flere ting.\n\nHvordan går det?\n\nJa, jeg kommer")
        is None
    )


@pytest.mark.parametrize(
    ("subject", "word"),
    [("Accepteret: Småjob", "yes"), ("Declined: Småjob", "no"), ("Foreløbig: Småjob", "maybe"), ("Re: Accepteret: x", None),
     ("Accepteret", None), ("SV: Småjob", None)],
)  # fmt: skip
def test_a_subject_that_lost_its_calendar_object_still_says_it(subject, word):
    said = said_in_subject(subject)
    assert (said.word.value if said else None) == word


@given(st.text(max_size=200))
def test_no_words_make_it_stumble(text):
    understood(text)


@given(
    st.sampled_from(YES + NO + MAYBE), st.sampled_from(["hvis", "men", "bortset fra", "medmindre", "undtagen", "if"])
)
def test_a_condition_is_never_a_clear_answer(text, condition):
    assert understood(f"{text.splitlines()[0].rstrip('.!')} {condition} det kan lade sig gøre") is None


# On the meeting's page


def test_a_clear_answer_counts_and_is_confirmed(post, outbox):
    verdict = post.words("Ja, jeg kommer.")
    assert (verdict.fate, verdict.reason) == (Fate.TAKEN, "answered: yes, in words")
    assert post.said() == "yes"
    (mail,) = outbox()
    assert (mail.to, mail.kind) == (post.email_of(), "answer_understood")
    assert mail.subject.startswith("Dit svar: Deltager. Småjob hos håndværksmestre")
    assert "Du er tilmeldt." in mail.text
    assert f"/meetings/{post.meeting_id}#answer" in mail.text
    assert mail.message["Reply-To"].addresses[0].addr_spec == post.to()
    assert post.words("Jeg må desværre melde afbud").reason == "answered: no, in words"
    assert post.said() == "no"
    assert "Du kommer ikke. Du kan stadig ændre det." in outbox()[0].text


def test_who_comes_online_is_there_online_where_one_can_be(post, world, outbox):
    with world.acting():
        meeting = db.session.get_one(Meeting, post.meeting_id)
        meeting.online_url, meeting.venue = "https://video.example/rum", "both"
    post.words("Jeg kommer online")
    assert (post.said(), post.answer().presence) == ("yes", Presence.ONLINE)
    assert "Du er tilmeldt online." in outbox()[0].text


def test_who_wants_to_be_online_where_one_cannot_be_is_put_to_a_person(post, owed_kinds):
    assert post.words("Jeg kommer online").reason == "passed on to the coordinators"
    assert post.said() is None
    assert sorted(owed_kinds()) == ["remark_made", "words_passed_on"]


def test_what_else_was_said_is_for_the_host(post):
    post.words("Ja, jeg kommer. Jeg er vegetar.")
    assert post.answer().host_note == "Ja, jeg kommer. Jeg er vegetar."


def test_unclear_words_go_to_the_contact_and_the_sender_is_told(post, world, outbox, browser):
    verdict = post.words("Kan man parkere ved Tangværket?")
    assert verdict.reason == "passed on to the coordinators"
    assert post.said() is None
    mails = {mail.kind: mail for mail in outbox()}
    assert mails["remark_made"].to == post.email_of("coordinator")
    assert "Kan man parkere ved Tangværket?" in mails["remark_made"].text
    assert f"Skriv til {post.email_of()}" in mails["remark_made"].text
    assert mails["words_passed_on"].to == post.email_of()
    assert "sendt videre til tovholderne" in mails["words_passed_on"].text
    assert "Du har ikke svaret endnu." in mails["words_passed_on"].text
    page = browser("coordinator").get(f"/meetings/{post.meeting_id}/mail")
    assert "Kan man parkere ved Tangværket?" in page.text
    assert "Mette Medlem" in page.text


def test_where_the_contact_is_gone_the_coordinators_are_told(post, world, outbox):
    with world.acting():
        db.session.get_one(Meeting, post.meeting_id).contact_id = world.cast["outsider"]
    post.words("Kan man parkere?")
    assert {mail.to for mail in outbox() if mail.kind == "remark_made"} == {post.email_of("coordinator")}


def test_the_contact_s_own_words_are_kept_though_nobody_else_reads_them(post, outbox, browser):
    post.words("Husk kagen", who="coordinator")
    assert [mail.kind for mail in outbox()] == ["words_passed_on"]
    assert "Husk kagen" in browser("coordinator").get(f"/meetings/{post.meeting_id}/mail").text


def test_words_from_another_address_count_for_nothing(post, owed_kinds):
    verdict = post.words("Ja, jeg kommer", sender="fremmed@firma.test")
    assert verdict.fate is Fate.REFUSED
    assert post.said() is None
    assert owed_kinds() == ["mail_refused"]


def test_nothing_at_all_is_refused_with_a_sentence(post):
    assert post.words("").reason == "nothing to read"
    assert post.words("", subject="Afvist: Småjob").reason == "answered: no, in words"


def test_too_late_is_refused_though_the_words_are_clear(post, world, clock):
    with world.acting():
        db.session.get_one(Meeting, post.meeting_id).answer_by = core_clock.now()
    clock.move(hours=1)
    assert post.words("Ja, jeg kommer").fate is Fate.REFUSED
    assert post.words("Nej").fate is Fate.TAKEN


def test_a_newer_answer_is_what_is_confirmed(post, outbox):
    """Two mails before the worker runs: both confirmations say the one that counts."""
    post.words("Ja")
    post.words("Nej")
    assert [mail.subject.split(".")[0] for mail in outbox()] == ["Dit svar: Afbud", "Dit svar: Afbud"]


def test_it_is_confirmed_in_the_language_of_the_account(post, world, outbox):
    with world.acting():
        db.session.get_one(Person, world.cast["member"]).locale = "en"
    post.words("Ja, jeg kommer")
    assert outbox()[0].subject.startswith("Your answer: ")
