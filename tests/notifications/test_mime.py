"""The bytes of a mail: what mail programs rely on."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import default
from email.utils import getaddresses, parsedate_to_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.notifications.letters import Invitation
from app.notifications.mime import POLICY, Envelope, UnwritableError, build, fold, phrase, thread_index, unstructured

OUTLOOK = "<DB9PR05MB8569A1B2C3D4E5F60718293A4B5C6D7E8F90@DB9PR05MB8569.eurprd05.prod.outlook.com>"
NAMES = [
    "ERFA Nord",
    "ERFA, Netværk",
    'Karen "Kaj" Lund',
    "Søren Ærø-Ågård, Vesthimmerlands Kommune og Erhvervshus Nordjylland, afdeling for småjob",
    "Lund, Karen",
    "back\\slash",
    "=?utf-8?q?trick?=",
    "Mr. Dot (comment) <x>",
    "日本語の名前",
]


def envelope(**more):
    facts = {
        "host": "erfa.test",
        "message_id": "m-1-2-abc",
        "sender": "noreply@erfa.test",
        "sender_name": "ERFA Nord",
        "recipient": "mette@erfa.test",
        "recipient_name": "Mette",
        "date": datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
    }
    return Envelope(**(facts | more))


def mail(subject="Hej", text="Hej", html="<p>Hej</p>", invitation=None, **more):
    raw = build(envelope(**more), subject=subject, text=text, html=html, invitation=invitation)
    assert raw.isascii()
    for line in raw.split(b"\r\n"):
        assert len(line) <= 998
        assert b"\n" not in line
        assert len(line) <= 78 or line.count(b" ") <= 1, line  # longer only where one word is
    return raw, message_from_bytes(raw, policy=default)


def test_message_ids_and_addresses_of_unsubscription_are_never_encoded():
    raw, message = mail(thread="case-9", stop_url="https://erfa.test/unsubscribe/" + "x" * 120, host="h" * 60 + ".test")
    head = raw.split(b"\r\n\r\n")[0]
    assert b"=?" not in head
    assert message["References"] == message["In-Reply-To"] == "<case-9@" + "h" * 60 + ".test>"
    assert message["List-Unsubscribe"] == "<https://erfa.test/unsubscribe/" + "x" * 120 + ">"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_long_outlook_references_stay_whole():
    folded = fold("References", " ".join([OUTLOOK] * 3))
    assert folded.count(OUTLOOK) == 3
    assert folded.split("\r\n") == [f"References: {OUTLOOK}", f" {OUTLOOK}", f" {OUTLOOK}", ""]
    assert POLICY.fold("In-Reply-To", OUTLOOK) == f"In-Reply-To: {OUTLOOK}\r\n"
    read = message_from_bytes(folded.encode() + b"\r\n", policy=default)
    assert read["References"].split() == [OUTLOOK] * 3


@pytest.mark.parametrize("name", NAMES)
def test_names_arrive_as_they_were_written(name):
    raw, message = mail(sender_name=name, recipient_name=name)
    older = message_from_bytes(raw)  # Python's newer parser puts a space between encoded words (RFC 2047 6.2 says none)
    for header, address in (("From", "noreply@erfa.test"), ("To", "mette@erfa.test")):
        assert [one.addr_spec for one in message[header].addresses] == [address]
        ((shown, addr),) = getaddresses([older[header]])
        assert (str(make_header(decode_header(shown))), addr) == (name, address)


@settings(deadline=None)  # how long one example takes is the machine's affair
@given(name=st.text(max_size=60), subject=st.text(max_size=120))
def test_whatever_people_write_makes_one_sender_and_one_subject(name, subject):
    _, message = mail(subject=subject, sender_name=name)
    assert message["From"].addresses[0].addr_spec == "noreply@erfa.test"
    assert len(message["From"].addresses) == 1
    assert message.get_all("Subject") == [message["Subject"]]
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize(
    "evil",
    ["Hej\r\nBcc: alle@erfa.test", "Hej\nBcc: alle@erfa.test", "Hej\x0bBcc: x", "Hej\u2028Bcc: x", "Hej\r\n\r\n<p>"],
)
def test_a_line_break_in_a_title_or_name_cannot_begin_a_header(evil):
    _, message = mail(subject=evil, sender_name=evil, recipient_name=evil, list_id="network-7", list_name=evil)
    assert message["Bcc"] is None
    assert message["Subject"].startswith("Hej ")
    assert set(message.keys()) == set(mail(list_id="network-7", list_name="x")[1].keys())


@pytest.mark.parametrize(
    "bad", ["a@b.dk\r\nBcc: x@y.dk", "a@b.dk, c@d.dk", "no-at-sign", "a b@c.dk", "<a@b.dk>", "æ@b.dk", ""]
)
def test_what_is_not_one_plain_address_is_refused(bad):
    with pytest.raises(UnwritableError):
        mail(recipient=bad)
    with pytest.raises(UnwritableError):
        mail(sender=bad)


@pytest.mark.parametrize("header", ["message_id", "host", "list_id", "stop_url", "thread"])
def test_what_the_machine_writes_is_refused_when_it_is_more_than_one_line(header):
    with pytest.raises(UnwritableError):
        mail(
            **(
                {"thread": "t", "list_id": "l", "list_name": "L", "stop_url": "https://x"}
                | {header: "x\r\nBcc: a@b.dk"}
            )
        )


def test_a_danish_domain_is_written_as_the_mail_server_wants_it():
    _, message = mail(recipient="post@blåbær.dk")
    assert message["To"].addresses[0].addr_spec == "post@xn--blbr-roah.dk"


def test_a_reply_says_so_and_holds_to_its_thread():
    _, first = mail("Hvem ringer først?", thread="case-9")
    _, reply = mail("Hvem ringer først?", thread="case-9", message_id="m-2-2-x", is_reply=True)
    _, other = mail("Hvem ringer først?", thread="case-10")
    assert (first["Subject"], reply["Subject"]) == ("Hvem ringer først?", "Re: Hvem ringer først?")
    assert first["References"] == reply["References"] == reply["In-Reply-To"] == "<case-9@erfa.test>"
    assert first["Thread-Topic"] == reply["Thread-Topic"] == "Hvem ringer først?"
    assert first["Thread-Index"] == thread_index("case-9", "erfa.test")
    assert reply["Thread-Index"][:28] == first["Thread-Index"][:28]
    assert len(reply["Thread-Index"]) > len(first["Thread-Index"])
    assert other["Thread-Index"] != first["Thread-Index"]


def test_machines_are_told_that_a_machine_wrote_and_bounces_are_wanted():
    _, message = mail()
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "OOF, AutoReply, RN, NRN"
    assert parsedate_to_datetime(message["Date"]) == datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    assert message["Message-ID"] == "<m-1-2-abc@erfa.test>"
    assert message["List-Unsubscribe"] is None


def test_the_list_id_keeps_its_address_readable():
    raw, message = mail(list_id="network-7", list_name="ERFA, Prøvenet")
    assert b"<network-7.erfa.test>" in raw
    assert str(message["List-Id"]).endswith("<network-7.erfa.test>")


def test_long_lines_and_danish_letters_survive():
    text = "Æblegrød på Læsø. " * 200 + "\n.\nFrom nu af\n"
    html = "<p>" + "Æ" * 3000 + "</p>"
    _, message = mail(text=text, html=html)
    assert message.get_body(("plain",)).get_content().replace("\r\n", "\n") == text
    assert message.get_body(("html",)).get_content().strip() == html


def test_an_invitation_lies_where_outlook_looks_for_it():
    calendar = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Småjob\r\nEND:VCALENDAR\r\n"
    _, message = mail(invitation=Invitation("REQUEST", calendar.encode()))
    assert message.get_content_type() == "multipart/mixed"
    alternative, attached = message.iter_parts()
    assert [part.get_content_type() for part in alternative.iter_parts()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    part = list(alternative.iter_parts())[2]
    assert part.get_param("method") == "REQUEST"
    assert part["Content-Disposition"] is None
    assert part.get_payload(decode=True) == attached.get_payload(decode=True) == calendar.encode()
    assert attached.get_filename() == "invite.ics"


def test_plain_words_stay_plain():
    assert unstructured("A plain subject") == "A plain subject"
    assert phrase("ERFA Nord") == "ERFA Nord"
    assert phrase("Lund, Karen") == '"Lund, Karen"'
