"""A mail comes in, and the room it is for gets it; never twice, and from nobody but whom it may come from."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.extensions import db
from app.incoming.models import Fate, IncomingMail
from app.incoming.operations import forget_old_mails, settle
from app.notifications.models import Mail

OURS = "##- Skriv dit svar over denne linje -##"


@pytest.fixture
def rows(app):
    def read() -> list[IncomingMail]:
        with app.app_context():
            found = list(db.session.scalars(select(IncomingMail).order_by(IncomingMail.id)))
            for row in found:
                row.raw  # noqa: B018 - loaded while there is a session
            return found

    return read


def test_it_reaches_what_it_is_for_without_its_quote(post, room, rows):
    verdict = post.bring(post.mail(text=f"Det har vi prøvet.\n\n> {OURS}\n> Hvem skal ringe?"))
    assert (verdict.fate, verdict.reason) == (Fate.TAKEN, "kept")
    (mail,) = room.came
    assert (mail.text, mail.subject, mail.from_name) == ("Det har vi prøvet.", "Re: Sagen", "Mette")
    assert OURS in mail.whole_text
    (row,) = rows()
    assert row.raw.startswith(b"From: Mette") and b"Hvem skal ringe" in row.raw
    assert row.about.startswith("x7-") and row.fate is Fate.TAKEN


def test_the_same_mail_twice_is_one(post, room, rows, outbox):
    assert post.bring(post.mail()).fate is Fate.TAKEN
    assert post.bring(b"Received: by another way\r\n" + post.mail()).fate is Fate.PASSED_OVER
    assert len(room.came) == 1 and [row.copies for row in rows()] == [1]
    assert not outbox()


def test_another_mail_under_the_same_number_is_refused_and_not_lost_in_silence(post, room, rows, outbox):
    post.bring(post.mail())
    assert post.bring(post.mail(text="Noget andet.")).fate is Fate.REFUSED
    (told,) = outbox()
    assert "andre ord" in told.text
    assert post.bring(post.mail(text="Noget tredje.")).fate is Fate.REFUSED
    assert not outbox(), "once is enough"
    assert len(room.came) == 1


def test_nobody_can_take_the_number_of_somebody_elses_mail(post, room):
    assert post.bring(post.mail("colleague"), sender=post.email("colleague")).fate is Fate.REFUSED
    assert post.bring(post.mail("member")).fate is Fate.TAKEN


def test_without_a_number_it_is_known_by_its_bytes(post, room):
    raw = post.mail(Message_ID="")
    assert [post.bring(raw).fate for _time in "ab"] == [Fate.TAKEN, Fate.PASSED_OVER]
    assert post.bring(post.mail(text="Et til.", Message_ID="")).fate is Fate.TAKEN


def test_the_same_mail_to_two_of_our_addresses_is_two(post, room, world):
    post.bring(post.mail())
    assert post.bring(post.mail(), post.address(purpose="n", thing=str(world.network_id))).fate is Fate.TAKEN


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("colleague", "sendt til en anden"),
        ("mette@privat.test", "Ingen i ERFA Nord har mailadressen mette@privat.test"),
    ],
)
def test_the_address_alone_is_not_enough(post, room, outbox, who, words):
    sender = who if "@" in who else post.email(who)
    assert post.bring(post.mail(who), sender=sender).fate is Fate.REFUSED
    assert not room.came
    (told,) = outbox()
    assert told.to == sender and words in told.text


def test_whoever_is_shut_out_gets_nothing_in(app, world, post, room):
    from app.accounts.models import Person
    from app.core import clock

    with world.acting():
        db.session.get_one(Person, world.cast["member"]).disabled_at = clock.now()
    assert post.bring(post.mail()).fate is Fate.REFUSED and not room.came


FORGED = {
    "two senders": {"From": "Mette <person2@erfa.test>, Ole <person3@erfa.test>"},
    "an address behind an address": {"From": "person2@erfa.test <ond@ond.test>"},
    "an address in the name": {"From": '"person2@erfa.test" <ond@ond.test>'},
    "two that libraries read differently": {"From": "<person2@erfa.test>(<ond@ond.test>)"},
    "nobody": {"From": ""},
    "a group": {"From": "Alle: person2@erfa.test, ond@ond.test;"},
    "sent by another": {"Sender": "ond@ond.test"},
}


@pytest.mark.parametrize("name", FORGED)
def test_who_is_not_clearly_one_person_is_refused(post, room, rows, name):
    headers = b"".join(f"{key}: {value}\r\n".encode() for key, value in FORGED[name].items() if value)
    kept = post.mail() if "From" not in FORGED[name] else post.mail().split(b"\n", 1)[1]
    assert post.bring(headers + kept, sender="ond@ond.test").fate is Fate.REFUSED
    assert not room.came and len(rows()) == 1


def test_a_name_with_a_comma_is_one_person(post, room):
    raw = b'From: "Medlem, Mette" <person2@erfa.test>\r\n' + post.mail().split(b"\n", 1)[1]
    assert post.bring(raw.replace(b"person2@erfa.test", post.email("member").encode())).fate is Fate.TAKEN
    assert room.came[0].from_name == "Medlem, Mette"


class TestOurOwnServersVerdict:
    """Where MAIL_AUTHSERV_ID names the installation's mail server, it has to have checked the mail."""

    @pytest.fixture(autouse=True)
    def _server(self, app, monkeypatch):
        monkeypatch.setitem(app.config, "MAIL_AUTHSERV_ID", "mx.erfa.test")

    @pytest.mark.parametrize(
        ("says", "fate"),
        [
            ("mx.erfa.test; dkim=pass; dmarc=pass header.from=erfa.test", Fate.TAKEN),
            ("mx.erfa.test 1; dmarc=none", Fate.TAKEN),
            ("mx.erfa.test; spf=pass (dmarc=pass) smtp.mailfrom=x; dmarc=fail", Fate.REFUSED),
            ("mx.ond.test; dmarc=pass", Fate.REFUSED),
            ("", Fate.REFUSED),
        ],
    )
    def test_decides(self, post, room, outbox, says, fate):
        raw = (f"Authentication-Results: {says}\r\n".encode() if says else b"") + post.mail()
        assert post.bring(raw).fate is fate
        assert not outbox(), "a forged mail is not answered: the one it names has not written it"

    def test_only_the_topmost_counts(self, post, room):
        raw = (
            b"Authentication-Results: mx.erfa.test; dmarc=fail\nAuthentication-Results: mx.erfa.test; dmarc=pass\n"
            + post.mail()
        )
        assert post.bring(raw).fate is Fate.REFUSED


def test_a_room_refuses_with_a_sentence_in_the_senders_language(post, room, outbox, rows):
    room.refuse("Sagen er lukket.")
    assert post.bring(post.mail()).reason == "closed"
    (told,) = outbox()
    assert "Sagen er lukket." in told.text and told.subject == "Din mail blev ikke modtaget: Re: Sagen"
    assert told.message["Auto-Submitted"] == "auto-replied"
    assert told.message["In-Reply-To"] == told.message["References"] == "<1@mail.test>"
    assert b"pr=C3=B8vet" in rows()[0].raw or "prøvet".encode() in rows()[0].raw, "whole, for its writer to see"


def test_the_domains_no_is_told_too(post, room, outbox):
    room.refuse("Du skal først sige ja til aftalen.", by_domain=True)
    assert post.bring(post.mail()).fate is Fate.REFUSED
    assert "sige ja til aftalen" in outbox()[0].text


def test_what_breaks_is_kept_undone_and_tried_again(app, world, post, room, rows):
    def half_way(_mail, _numbers):
        db.session.add(Mail(key="half", kind="x", address="a@erfa.test", payload={}))
        db.session.flush()
        raise ValueError

    room.answer = half_way
    assert post.bring(post.mail()).fate is Fate.FAILED
    with app.app_context():
        assert not db.session.scalars(select(Mail)).all()
    room.answer = lambda _mail, _numbers: "kept"
    assert post.bring(post.mail()).fate is Fate.TAKEN
    (row,) = rows()
    assert (row.tries, row.fate) == (2, Fate.TAKEN)


def test_a_database_that_goes_away_is_not_the_mails_fault(post, room):
    room.break_down(OperationalError("x", {}, Exception("gone"), connection_invalidated=True))
    with pytest.raises(OperationalError):
        post.bring(post.mail())


def test_too_many_from_one_sender_wait(app, post, room, rows, clock, monkeypatch):
    monkeypatch.setitem(app.config, "MAIL_IN_LIMIT", "3 per minute")
    fates = [post.bring(post.mail(text=f"{number}", Message_ID=f"<{number}@x.test>")).fate for number in range(4)]
    assert fates == [Fate.TAKEN] * 3 + [Fate.FAILED]
    clock.move(minutes=1, seconds=1)
    assert post.bring(post.mail(text="3", Message_ID="<3@x.test>")).fate is Fate.TAKEN


def test_what_became_of_nothing_is_forgotten_and_what_was_taken_stays(app, world, post, room, rows, clock):
    post.bring(post.mail())
    post.bring(post.mail("fremmed@x.test", Message_ID="<2@x.test>"), sender="fremmed@x.test")
    clock.move(days=91)
    with world.acting():
        forget_old_mails()
    assert [row.fate for row in rows()] == [Fate.TAKEN]


def test_of_a_stranger_only_the_headers_are_kept(post, room, rows):
    post.bring(post.mail("fremmed@x.test", text="Hemmeligt"), sender="fremmed@x.test")
    (row,) = rows()
    assert b"Subject" in row.raw and b"Hemmeligt" not in row.raw


def test_settling_says_where_it_went(world, post, room, rows):
    room.answer = lambda mail, _numbers: (
        settle(mail.id, network_id=world.network_id, became="/cases/7#post-3") or "kept"
    )
    post.bring(post.mail())
    assert (rows()[0].network_id, rows()[0].became) == (world.network_id, "/cases/7#post-3")
