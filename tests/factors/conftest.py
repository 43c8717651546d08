"""Acts that the tests of factors share: the first step, setting up an app, adding a passkey."""

import json
from collections.abc import Callable
from typing import Any

import pyotp
import pytest
from sqlalchemy import select

from app.accounts.models import Event, Person
from app.accounts.passwords import hashed
from app.core import clock as core_clock
from app.extensions import db
from app.factors import authenticators
from app.factors.recovery_codes import hashed as hashed_codes
from app.factors.recovery_codes import new_codes
from tests.browser import Browser, Page
from tests.passkeys import Device

PASSWORD = "korrekt hest batteri hæfte"
BELOW = "/account/second-factor"


class App:
    """An authenticator app: what it shows at the moment the clock says."""

    def __init__(self, key: str) -> None:
        self.totp = pyotp.TOTP(key.replace(" ", ""))

    def shows(self, *, steps: int = 0) -> str:
        return self.totp.generate_otp(int(core_clock.now().timestamp()) // 30 + steps)

    def does_not_show(self) -> str:
        near = {self.shows(steps=steps) for steps in range(-2, 3)}
        return next(
            digits for digits in ("000000", "111111", "222222", "333333", "444444", "555555") if digits not in near
        )


class Cast:
    """The cast's addresses and passwords, and what can be given them without going through the pages."""

    def __init__(self, world: Any) -> None:
        self.world = world
        with world.acting():
            for person_id in world.cast.values():
                db.session.get_one(Person, person_id).password_hash = _HASH

    def id(self, who: str) -> int:
        return int(self.world.cast[who])

    def email(self, who: str) -> str:
        with self.world.app.app_context():
            return db.session.get_one(Person, self.id(who)).email

    def gets_app(self, who: str = "member") -> App:
        key = authenticators.new_secret_key()
        with self.world.acting():
            authenticators.keep(self.id(who), key, 0)
        return App(key)

    def gets_codes(self, who: str = "member") -> list[str]:
        codes = new_codes()
        with self.world.acting():
            db.session.add_all(hashed_codes(self.id(who), codes))
        return codes

    def events(self, who: str = "member") -> list[tuple[str, dict[str, Any]]]:
        with self.world.app.app_context():
            rows = db.session.scalars(select(Event).where(Event.person_id == self.id(who)).order_by(Event.id))
            return [(row.kind.value, row.facts) for row in rows]


_HASH = hashed(PASSWORD)


@pytest.fixture
def cast(world) -> Cast:
    return Cast(world)


@pytest.fixture
def first_step(cast, browser) -> Callable[..., Browser]:
    """Someone who has typed their password and nothing else."""

    def act(who: str = "member", *, target: str = "", on: Browser | None = None) -> Browser:
        visitor = on or browser(None)
        visitor.get("/login" + (f"?next={target}" if target else ""))
        visitor.submit("Log ind med adgangskode", email=cast.email(who), password=PASSWORD)
        return visitor

    return act


def is_in(visitor: Browser) -> bool:
    return visitor.raw("GET", "/account/sessions").status_code == 200


def options(visitor: Browser, path: str) -> dict[str, Any]:
    answer = visitor.raw("GET", path)
    assert answer.status_code == 200, answer.status_code
    assert answer.headers["Cache-Control"] == "no-store"
    return json.loads(answer.get_data(as_text=True))


def add_passkey(me: Browser, device: Device, name: str = "Telefonen", **more: Any) -> Page:
    me.get(f"{BELOW}/passkeys/new")
    made = device.create(options(me, f"{BELOW}/passkeys/options"))
    return me.submit("Lav adgangsnøglen", name=name, credential=made, **more)


def sign_in_with(visitor: Browser, device: Device, *, target: str = "", **more: Any) -> Page:
    visitor.get("/login" + (f"?next={target}" if target else ""))
    answer = device.get(options(visitor, "/login/passkey"))
    return visitor.submit("Brug adgangsnøgle", credential=answer, **more)
