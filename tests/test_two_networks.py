"""Of a network one cannot see, nothing occurs in any answer: no id, no name, no title, in pages, headers, files, feeds or mails.

A second network is filled with a row in every table that hangs on it. Each of its texts is a canary, each of its ids an unusual
number, and what names a person names a colleague who is in both networks, so that a page about the colleague might slip. New
tables and new endpoints take part by themselves.
"""

import html
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from email import message_from_bytes
from email.message import Message
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Enum,
    Float,
    Integer,
    LargeBinary,
    Time,
    insert,
    select,
)
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.accounts.models import Person
from app.calendars.models import FeedScope
from app.core import clock as core_clock
from app.core.clock import Clock
from app.core.db import UtcDateTime
from app.extensions import Model, db
from app.networks.models import Membership
from app.notifications import letters
from app.notifications.models import KeptMail, Mail, MailState
from app.notifications.operations import announce
from app.notifications.worker import Worker
from tests.browser import Browser
from tests.conftest import MONDAY
from tests.networks.test_leaving import hanging_on_networks
from tests.papers import words_in_pdf
from tests.stage import READING, Stage, endpoints

FIRST_ID = 7_310_001
COUNTED_ON = 900_001  # of what the test itself makes more of: the next one's number must not look like what is hidden
IDS = re.compile(r"(?<!\d)7310\d{3}(?!\d)")
CANARY = re.compile(r"qz[a-z]+zq")
ROLES = ("member", "coordinator")
# The mailbox of a demo shows everybody every mail, which is what it is for.
SHOWS_ALL = {
    "notifications.mailbox",
    "notifications.kept_mail",
    "notifications.kept_mail_html",
    "notifications.kept_mail_source",
}
SINGULAR = {
    "series": "series",
    "date": "poll_dates",
    "person": "people",
    "item": "agenda_items",
    "feed": "",
    "session": "",
    "mail": "",
}


def canary(column: Column[Any]) -> str:
    """Tells where it comes from, however short the column is."""
    name = re.sub("[^a-z]", "", f"{column.table.name}{column.name}".lower())
    length = getattr(column.type, "length", None) or 60
    return f"qz{name[: length - 4]}zq" if length >= 6 else "da"


def usual_of(column: Column[Any], otherwise: Any) -> Any:
    """What the column holds when nothing is said; a network is closed then."""
    usual = getattr(column.default, "arg", None)
    return otherwise if usual is None or callable(usual) else usual


class TwoNetworks(Stage):
    """The stage, with a second network behind it. `hidden` holds its ids by table."""

    def set_up(self) -> None:
        super().set_up()
        self.is_asking_for_hidden = False
        with self.world.acting():
            colleague = self.world.cast["colleague"]  # pages about somebody are about one who is in both
            own = select(Membership.id).filter_by(person_id=colleague, network_id=self.world.network_id)
            self.things |= {"person_id": colleague, "membership_id": db.session.scalars(own).one()}
            self.hidden = self._fill()
        self.before = self.dump()

    def _fill(self) -> dict[str, Any]:
        """Parents first, one row each; a colleague of the first network is in the second as well."""
        colleague = self.world.cast["colleague"]
        people = Model.metadata.tables["people"]
        ids: dict[str, Any] = {"people": FIRST_ID}
        parents: dict[str, dict[str, Any]] = {"municipalities": {"code": "0851"}, "people": {"id": colleague}}
        person = {c.name: canary(c) for c in people.columns if self._is_free_text(c)}
        person |= {"email": "qzpersonzq@erfa.test", "locale": "da"}
        db.session.execute(insert(people).values(id=FIRST_ID, **person))
        mail = {"id": COUNTED_ON, "key": "told", "kind": "case_opened", "person_id": colleague, "payload": {}}
        db.session.execute(insert(Model.metadata.tables["mails"]).values(mail | {"state": MailState.SENT}))
        parents["mails"] = mail
        for number, table in enumerate(hanging_on_networks(), start=2):
            row = {column.name: self._value(column, parents, FIRST_ID + number) for column in table.columns}
            if table.name == "memberships":
                row["person_id"] = FIRST_ID
            if table.name == "feeds":
                row |= {"id": COUNTED_ON, "scope": FeedScope.NETWORK}
            db.session.execute(insert(table).values(row))
            parents[table.name] = row
            ids[table.name] = row[next(iter(table.primary_key.columns)).name]
        memberships = Model.metadata.tables["memberships"]
        both = {"network_id": ids["networks"], "person_id": colleague, "role": "member", "joined_at": core_clock.now()}
        db.session.execute(insert(memberships).values(id=FIRST_ID + 900, **both))
        return ids

    @staticmethod
    def _is_free_text(column: Column[Any]) -> bool:
        return column.type.python_type is str and not isinstance(column.type, Enum) and not column.foreign_keys

    def _value(self, column: Column[Any], parents: dict[str, dict[str, Any]], number: int) -> Any:
        for key in column.foreign_keys:
            return parents.get(key.column.table.name, {}).get(key.column.name)
        if column.primary_key and isinstance(column.type, Integer):
            return number
        kinds: dict[Any, Any] = {
            Enum: lambda: usual_of(column, column.type.enums[0]),  # type: ignore[attr-defined]
            Boolean: lambda: usual_of(column, False),
            UtcDateTime: lambda: self._moment(column),
            Time: lambda: time(9 if column.name == "starts" else 12),
            Date: lambda: None if column.nullable else core_clock.today(),
            JSON: lambda: {
                "network": canary(column),
                "to": canary(column),
                "things": [["action", canary(column)]],
                "membership_id": FIRST_ID,
            },
            Float: lambda: 1.0,
            LargeBinary: lambda: canary(column).encode(),
            Integer: lambda: self._number(column),
        }
        for kind, value in kinds.items():
            if isinstance(column.type, kind):
                return value()
        return canary(column)

    @staticmethod
    def _number(column: Column[Any]) -> int:
        if column.name.endswith("_count"):
            return 1
        return 2026 if column.name == "year" else usual_of(column, 1)

    @staticmethod
    def _moment(column: Column[Any]) -> datetime | None:
        """Ahead where it begins or ends, so that it is open; what would close it is empty, but meetings are called and minutes shared."""
        moments = {
            "starts_at": timedelta(days=4),
            "ends_at": timedelta(days=4, hours=2),
            "called_at": timedelta(0),
            "shared_at": timedelta(0),
            "expires_at": timedelta(days=9),
        }
        if column.nullable and column.name not in moments:
            return None
        return core_clock.now() + moments.get(column.name, timedelta(0))

    def hidden_id(self, name: str) -> Any:
        """What stands for a parameter like `case_id` in the second network; None when it is not a thing of networks."""
        thing = name.removesuffix("_id")
        return self.hidden.get(SINGULAR.get(thing, f"{thing}s")) if name.endswith("_id") else None

    def value_of(self, endpoint: str, name: str) -> Any:
        hidden = self.hidden_id(name) if self.is_asking_for_hidden else None
        return super().value_of(endpoint, name) if hidden is None else hidden


def leaks(answer: TestResponse) -> set[str]:
    """What of the second network stands in an answer."""
    return leaks_in(" ".join([str(answer.headers), *texts_in(answer.get_data(), answer.mimetype)]))


def leaks_in(text: str) -> set[str]:
    """Random tokens may look like a canary; only what really stands in a column is one."""
    canaries = {canary(column) for table in Model.metadata.sorted_tables for column in table.columns}
    return {*IDS.findall(text), *(set(CANARY.findall(text.lower())) & canaries)}


def texts_in(body: bytes, mimetype: str = "") -> Iterator[str]:
    """The text as it stands and unfolded and unescaped; the parts of what is packed."""
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            for name in packed.namelist():
                yield from texts_in(packed.read(name))
        return
    if body.startswith(b"%PDF-"):
        yield words_in_pdf(body)
        return
    text = body.decode("utf-8", "replace")
    yield re.sub(r"\r?\n[ \t]", "", text) if "calendar" in mimetype or "card" in mimetype else text
    yield html.unescape(text)
    if b"\0" in body[:200]:
        yield body.decode("utf-16", "replace")


def parts_of(message: Message) -> Iterator[str]:
    yield str(message.items())
    for part in message.walk():
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes):
            yield from texts_in(payload, part.get_content_type())


@pytest.fixture(scope="module")
def stage(built: tuple[Flask, Callable[[], None]]) -> TwoNetworks:
    Clock.frozen_at = MONDAY
    return TwoNetworks(*built)


def asked(stage: Stage) -> list[tuple[str, str, Rule]]:
    return [(endpoint, method, rule) for endpoint, method, rule in endpoints(stage.app) if endpoint not in SHOWS_ALL]


def test_the_canaries_sing_for_those_who_may_hear_them(stage: TwoNetworks) -> None:
    """Else silence would prove nothing."""
    own = Browser(stage.app, FIRST_ID)
    for url, words in (
        (f"/networks/{stage.hidden['networks']}", "qznetworksnamezq"),
        (f"/meetings/{stage.hidden['meetings']}", "qzmeetingstitlezq"),
        (f"/cases/{stage.hidden['cases']}", "qzpostsbodyzq"),
        (f"/meetings/{stage.hidden['meetings']}/minutes", "qzrevisionstextzq"),
        (f"/networks/{stage.hidden['networks']}/members", "qzpeoplenamezq"),
    ):
        answer = own.raw("GET", url)
        assert answer.status_code == 200, url
        assert words in leaks(answer), url
    stage.set_up()


@pytest.mark.parametrize("role", ROLES)
def test_no_page_file_or_feed_tells_of_the_other_network(stage: TwoNetworks, role: str) -> None:
    told = {}
    for endpoint, method, rule in asked(stage):
        found = leaks(stage.ask(endpoint, method, rule, role))
        if found:
            told[endpoint, method] = found
    assert told == {}


@pytest.mark.parametrize("role", ROLES)
def test_what_is_hidden_is_not_found_by_its_address(stage: TwoNetworks, role: str) -> None:
    told = {}
    for endpoint, method, rule in asked(stage):
        if not any(stage.hidden_id(name) for name in rule.arguments):
            continue
        stage.is_asking_for_hidden = True
        url = stage.url(endpoint, rule)
        answer = stage.ask(endpoint, method, rule, role)
        found = {text for text in leaks(answer) if text not in url}  # the address itself may come back
        if found or answer.status_code not in {404, as_for_nothing(stage, endpoint, method, rule, role)}:
            told[endpoint, method] = (answer.status_code, found)
    stage.is_asking_for_hidden = False
    assert told == {}


def as_for_nothing(stage: TwoNetworks, endpoint: str, method: str, rule: Rule, role: str) -> int:
    """What a number that nobody has is answered with: the same answer tells nothing of what there is."""
    values = {name: 987_654 for name in rule.arguments if stage.hidden_id(name)}
    others = {name: stage.value_of(endpoint, name) for name in rule.arguments if name not in values}
    with stage.app.test_request_context():
        url = stage.app.url_for(endpoint, **values, **others)
    data = {} if method in READING else {"csrf_token": stage.token(role)}
    status = stage.browsers[role].raw(method, url, data=data).status_code
    if stage.dump() != stage.before:
        stage.set_up()
    return status


def names_in_forms(stage: TwoNetworks, role: str) -> set[str]:
    """Every name that any form on any page sends."""
    names = set()
    for endpoint, method, rule in asked(stage):
        if method == "GET":
            answer = stage.ask(endpoint, method, rule, role)
            if answer.mimetype == "text/html":
                names |= set(
                    re.findall(r'<(?:input|select|textarea|button)[^>]* name="([^"]+)"', answer.get_data(as_text=True))
                )
    return names - {"csrf_token"}


@pytest.mark.parametrize("role", ROLES)
def test_a_form_that_names_what_is_hidden_learns_nothing(stage: TwoNetworks, role: str) -> None:
    """Every button of every form is pressed with ids of the other network in every field."""
    names = names_in_forms(stage, role)
    told = {}
    for endpoint, method, rule in asked(stage):
        if method in READING:
            continue
        for table in ("people", "meetings", "memberships"):
            data = {name: str(stage.hidden[table]) for name in names}
            answer = stage.browsers[role].raw(
                method, stage.url(endpoint, rule), data={**data, "csrf_token": stage.token(role)}
            )
            texts = " ".join(texts_in(answer.get_data(), answer.mimetype))
            found = {text for text in leaks_in(texts) if not text.isdigit()}  # the number that was typed comes back
            if found:
                told[endpoint, table] = found
            if stage.dump() != stage.before:
                stage.set_up()
    assert told == {}


def facts_about(hidden: dict[str, Any]) -> dict[str, Any]:
    """A payload as any kind of mail might have it, naming what is in the other network."""
    ids = {f"{table.removesuffix('s')}_id": id_ for table, id_ in hidden.items()}
    names = {"by": "Ole", "from": "Ole", "reason": "", "at": core_clock.now().isoformat(), "sequence": 0, "changes": {}}
    return {**ids, **names, "things": [[hidden["networks"], "action", "qzthingzq"]], "code_id": 0}


def test_no_mail_tells_of_the_other_network(stage: TwoNetworks) -> None:
    """What is owed about it is not written for those who are not in it, whatever kind of mail it is."""
    stage.set_up()
    kinds = sorted(letters._composers)
    with stage.app.app_context():
        for kind in kinds:
            to = [stage.world.cast[role] for role in ROLES]
            announce(kind, to=to, about=f"other-{FIRST_ID}-{kind}", payload=facts_about(stage.hidden))
        db.session.commit()
    Worker(stage.app).run(once=True)
    with stage.app.app_context():
        # The hidden meeting's own members are reminded of it, as they should be.
        strangers = select(Person.email).where(Person.id.in_(to))
        kept = db.session.execute(select(KeptMail.subject, KeptMail.raw).where(KeptMail.recipient.in_(strangers))).all()
        unsent = set(db.session.scalars(select(Mail.kind).where(Mail.state != MailState.SENT)))
    told = {
        mail.subject: found for mail in kept if (found := leaks_in(" ".join(parts_of(message_from_bytes(mail.raw)))))
    }
    assert told == {}
    assert {
        "meeting_called",
        "minutes_shared",
        "case_opened",
        "case_replied",
        "handed_over",
        "network_joined",
    } <= unsent
    stage.set_up()
