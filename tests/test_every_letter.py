"""Every kind of mail, in both languages, as its readers get it: in Outlook, in the dark, without HTML, and in a thread.

The acts are those of test_discretion; a new kind of letter is in here by itself.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from sqlalchemy import select, update

from app.accounts.models import Person
from app.core import clock
from app.extensions import db
from app.networks.models import Network
from app.notifications import letters
from app.notifications.composing import Composed, compose
from app.notifications.mime import thread_index
from app.notifications.models import Mail
from app.notifications.operations import announce
from app.sessions.address_changes import ask_for_address
from app.sessions.codes import ask_for_code
from tests.letters_read import LARGEST, Read, faults, opened
from tests.test_discretion import HAPPENINGS, Happening, columns_of_words
from tests.world import World

LANGUAGES = ("da", "en")


def _told(kind: str, **payload: Any) -> Callable[[Happening], None]:
    def tell(now: Happening) -> None:
        facts = {"at": clock.now().isoformat(), "name": "Kommunens konto", **payload}
        announce(kind, to=[now.colleague.id], about="now", payload=facts)

    return tell


def an_address_is_to_change(now: Happening) -> None:
    ask_for_address(now.colleague, "ole.ny@erfa.test")


def a_code_is_asked_for(now: Happening) -> None:
    ask_for_code(now.colleague.email)


# What concerns an account and no network.
ACCOUNTS: dict[str, Callable[[Happening], None]] = {
    "sign_in_code": a_code_is_asked_for,
    "password_changed": _told("password_changed"),
    "password_removed": _told("password_removed"),
    "new_device": _told("new_device", device="Firefox, Windows"),
    "address_change_new": an_address_is_to_change,
    "address_change_old": an_address_is_to_change,
    "address_changed": _told("address_changed"),
    "identity_linked": _told("identity_linked"),
    "identity_unlinked": _told("identity_unlinked"),
    "factor_added": _told("factor_added", what="passkey"),
    "factor_removed": _told("factor_removed", what="app"),
    "recovery_codes_made": _told("recovery_codes_made"),
    "recovery_code_used": _told("recovery_code_used", left=3),
    "factors_reset": _told("factors_reset", by="Agnes Admin"),
    "second_step_failed": _told("second_step_failed"),
}
ACTS = {**HAPPENINGS, **ACCOUNTS}


class Post:
    """The mails of one kind that its act brought about, composed in whatever language their readers are given."""

    def __init__(self, world: World, kind: str) -> None:
        self.world, self.kind = world, kind
        meeting_id = world.meeting(agenda=2, online_url="https://video.example/rum", description="En sag, der driller.")
        for number, item_id in enumerate(world.minutes(meeting_id, "Vi talte."), start=1):
            world.decision(item_id, number=number)
            world.action(item_id, owner="colleague" if number == 1 else "member")
        world.agreement(accepted_by=["coordinator", "member", "colleague"])
        with world.acting():
            people = {
                who: db.session.get_one(Person, world.cast[who]) for who in ("coordinator", "colleague", "outsider")
            }
            network = db.session.get_one(Network, world.network_id)
            ACTS[kind](Happening(network, meeting_id=meeting_id, **people))

    def composed(self, locale: str) -> list[Composed]:
        with self.world.acting():
            db.session.execute(update(Person).values(locale=locale))
            rows = db.session.scalars(select(Mail).where(Mail.kind == self.kind).order_by(Mail.id)).all()
            for row in rows:
                row.payload = {**row.payload, **({"locale": locale} if "locale" in row.payload else {})}
            ids = [row.id for row in rows]
        made = [compose(self.world.app, mail_id) for mail_id in ids]
        return [one for one in made if isinstance(one, Composed)]

    def read(self, locale: str) -> list[Read]:
        mails = [opened(one.message) for one in self.composed(locale)]
        assert mails, f"nobody is sent a {self.kind}"
        return mails


@pytest.fixture
def post(world: World) -> Callable[[str], Post]:
    return lambda kind: Post(world, kind)


def test_every_kind_of_letter_is_read_here(app):
    assert set(letters._composers) == set(ACTS), (
        "A letter about an account gets an act in ACCOUNTS, others in HAPPENINGS."
    )


# Words and looks


def _catalogues() -> Iterator[tuple[str, str]]:
    for path in (Path(__file__).parent.parent / "app").glob("*/translations/da/LC_MESSAGES/messages.po"):
        with path.open("rb") as file:
            yield from ((str(one.id), str(one.string)) for one in read_po(file) if isinstance(one.id, str))


# Words that the other language has not. What people wrote, in Danish, is in the mails of both.
ENGLISH = set(
    re.findall(r"\w+", "the you your and this that with from has are was were been they their not when what which")
)
DANISH = set(re.findall(r"\w+", "du din dit dine mailen fordi eller også hvis bliver blevet jeres kalder indkalder"))


def leftovers(mail: Read, locale: str) -> list[str]:
    words = set(
        re.findall(
            r"[a-zæøå]+", f"{mail.subject}\n{mail.text}\n{mail.tree.body.text() if mail.tree.body else ''}".lower()
        )
    )
    return sorted(words & (ENGLISH if locale == "da" else DANISH))


@pytest.mark.parametrize("kind", ACTS)
def test_a_mail_is_as_careful_as_its_page(post, kind):
    found = []
    of_kind = post(kind)
    for locale in LANGUAGES:
        for mail in of_kind.read(locale):
            found += [f"{locale}: {fault}" for fault in faults(mail, locale)]
            if words := leftovers(mail, locale):
                found.append(f"{locale}: in the other language: {words}")
    assert not found, f"{kind}:\n- " + "\n- ".join(dict.fromkeys(found))


# Length

LONGEST_TEXT = 20_000
LONG = {
    "a story": "Vi ringede til mesteren på Ærø, og så gik der en uge. " * 12 + "\n\n",
    "a shout": "å\n\n",
    "a table": "|æ" * 300 + "|\n" + "|-" * 300 + "|\n" + ("|æ" * 300 + "|\n") * 9 + "\n",
    "quotes": ">" * 15 + " ø\n\n",
    "links": "[å](https://kommune.example/ø) ",
    "one word": "æ",
}


def _fill(words: str) -> None:
    """Every text as long as its field allows."""
    for column in columns_of_words().values():
        longest = column.type.length or LONGEST_TEXT
        text = words * (longest // len(words) + 1) if longest > 500 else " ".join(words.split()) * longest
        if not column.name.endswith("url"):
            db.session.execute(update(column.table).where(column != "").values({column.name: text[:longest]}))


@pytest.mark.parametrize("kind", HAPPENINGS)
def test_a_mail_stays_below_what_mail_programs_cut_off_however_long_the_texts(post, kind):
    of_kind = post(kind)
    for name, words in LONG.items():
        with of_kind.world.acting():
            _fill(words)
        for mail in of_kind.read("da"):
            assert len(mail.raw) <= LARGEST, f"{kind} with {name}"
            assert len(mail.tree.css("h1")) == 1
            assert "\n-- \nERFA Nord\n" in mail.text


# Headers

FROM_NO_NETWORK = {  # about somebody's account, or about several networks at once
    "handed_over", "person_moved", "moved_by_another", "account_made", "address_changed_by_another",
    "administrator_changed", "address_trial", "digest", "mail_refused", *ACCOUNTS,
}  # fmt: skip
# Kinds whose mails say one more thing of the same case, and so answer its first mail.
ANSWERS = {"case_replied"}
# What a machine answers by itself goes without an address for reports, so that two machines never talk (RFC 3834 3.1).
BY_ITSELF = {"mail_refused"}


def header_faults(of_kind: Post, made: Composed, mail: Read) -> Iterator[str]:
    """Every promise that the headers break, as a sentence each."""
    message, kind = mail.message, of_kind.kind
    lines = made.message.partition(b"\r\n\r\n")[0].split(b"\r\n")
    (sender,) = message["From"].addresses
    bounces = re.fullmatch(r"b\+\d+-[a-z2-7]+@svar\.erfa\.test", made.sender)
    answers, by_itself = message["Reply-To"], kind in BY_ITSELF
    promises = {
        "headers are ASCII": all(line.isascii() for line in lines),
        "headers are folded": all(len(line) <= 78 or line.count(b" ") <= 1 for line in lines),
        "the address never changes": sender.addr_spec in {"noreply@erfa.test", _organizer(mail)},
        "the network is the sender": ("ERFA Prøvenet" in sender.display_name) != (kind in FROM_NO_NETWORK),
        "no machine answers": message["Auto-Submitted"] == ("auto-replied" if by_itself else "auto-generated"),
        "bounces are wanted": message["X-Auto-Response-Suppress"] == "OOF, AutoReply, RN, NRN",
        "the envelope names the mail": made.sender == "" if by_itself else bounces is not None,
        "answers come back": not answers or answers.addresses[0].addr_spec.startswith("r+"),
        "the Message-ID is the kept one": message["Message-ID"] == f"<{made.message_id}>",
    }
    yield from (f"not so: {promise}" for promise, is_kept in promises.items() if not is_kept)
    yield from _thread_faults(kind, mail)
    yield from _list_faults(mail)


def _organizer(mail: Read) -> str:
    """Who calls, where the mail holds a calendar object: mail programs want it to come from there."""
    for part in mail.message.walk():
        if part.get_content_type() == "text/calendar":
            found = re.search(r"ORGANIZER[^\r]*?:mailto:([^\r\n]+)", str(part.get_content()).replace("\r\n ", ""))
            return found[1] if found else ""
    return ""


def _list_faults(mail: Read) -> Iterator[str]:
    there = [name for name in ("List-Id", "List-Unsubscribe", "List-Unsubscribe-Post") if mail.message[name]]
    if len(there) not in {0, 3}:
        yield f"of the headers of lists only {there}"
    if len(there) < 3:
        return
    by_web, by_mail = str(mail.message["List-Unsubscribe"]).split(", ")
    promises = {
        "the network's list": re.fullmatch(r".* <(network-\d+|digest-0)\.erfa\.test>", mail.message["List-Id"]),
        "a page that stops them": by_web.startswith("<https://erfa.test/unsubscribe/"),
        "an address that stops them": by_mail.startswith("<mailto:u+"),
        "in words too": by_web.strip("<>") in mail.text and by_web.strip("<>") in mail.html,
        "one click": mail.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click",  # RFC 8058
    }
    yield from (f"missing: {promise}" for promise, is_kept in promises.items() if not is_kept)


def _thread_faults(kind: str, mail: Read) -> Iterator[str]:
    message, is_answer = mail.message, kind in ANSWERS
    if mail.subject.startswith("Re: ") != is_answer:
        yield f"the subject is {mail.subject!r}"
    in_thread = [name for name in ("References", "In-Reply-To", "Thread-Topic", "Thread-Index") if message[name]]
    if not in_thread or (kind in BY_ITSELF and in_thread == ["References", "In-Reply-To"]):
        return
    if len(in_thread) < 4:
        yield f"of the headers of threads only {in_thread}"
        return
    root = str(message["References"]).split()[0]
    if not re.fullmatch(r"<[a-z]+-\d+@erfa\.test>", root):
        yield f"the thread begins with {root}"
    if kind.startswith("case_") and message["Thread-Topic"] != mail.subject.removeprefix("Re: "):
        yield "Outlook calls the thread something else than its subject"
    name = root.strip("<>").removesuffix("@erfa.test")
    if not message["Thread-Index"].startswith(thread_index(name, "erfa.test")[:29]):
        yield "Outlook takes it for another thread"


@pytest.mark.parametrize("kind", ACTS)
def test_a_mail_has_the_headers_that_mail_programs_rely_on(post, kind, clock):
    of_kind = post(kind)
    found = []
    made = of_kind.composed("da")
    for one in made:
        mail = opened(one.message)
        found += list(header_faults(of_kind, one, mail))
    clock.move(minutes=1)
    again = [one.message_id for one in of_kind.composed("da")]
    if again != [one.message_id for one in made] or len(set(again)) != len(again):
        found.append("its Message-ID is another when it is sent again, so twins are kept")
    assert not found, f"{kind}:\n- " + "\n- ".join(dict.fromkeys(found))


def test_all_mails_of_a_meeting_hold_together_in_outlook(post, world):
    """Whatever happens to a meeting: one thread by every way that mail programs find one, whatever the subjects say."""
    topics, roots, indexes, subjects = set(), set(), set(), set()
    kinds = ("meeting_cancelled", "meeting_moved", "answer_wanted")
    meeting_id = world.meeting(title="Om løntilskud")
    with world.acting():
        network = db.session.get_one(Network, world.network_id)
        people = {who: db.session.get_one(Person, world.cast[who]) for who in ("coordinator", "colleague", "outsider")}
        now = Happening(network, meeting_id=meeting_id, **people)
        for kind in reversed(kinds):
            ACTS[kind](now)
            db.session.flush()
            ids = list(db.session.scalars(select(Mail.id).where(Mail.kind == kind)))
            db.session.commit()
            for made in (compose(world.app, mail_id) for mail_id in ids[:1]):
                assert isinstance(made, Composed)
                message = opened(made.message).message
                topics.add(str(message["Thread-Topic"]))
                roots.add(str(message["References"]))
                indexes.add(message["Thread-Index"][:29])
                subjects.add(str(message["Subject"]))
    assert topics == {"Om løntilskud"}
    assert roots == {f"<meeting-{meeting_id}@erfa.test>"}
    assert len(indexes) == 1
    assert len(subjects) == len(kinds)
