"""Open cases need somebody who sees them through: the case owner."""

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import select

from app.accounts.models import Person
from app.cases.models import Case, PostKind
from app.cases.operations import close_case, reply
from app.core.formats import day_month
from app.extensions import db
from app.networks.duties import Duty, Ended, Ending, Networks, Thing, among
from app.networks.queries import current_membership


def open_things(person: Person, networks: Networks) -> list[Thing]:
    """One query."""
    cases = db.session.scalars(
        select(Case)
        .where(Case.owner_id == person.id, Case.closed_at.is_(None), among(Case.network_id, networks))
        .order_by(Case.created_at, Case.id)
    )
    return [
        Thing(
            "case",
            case.id,
            case.network_id,
            case.title,
            _story(case),
            url_for("cases.show", case_id=case.id),
            Ending.WORD,
        )
        for case in cases
    ]


def _story(case: Case) -> str:
    told = _("Told %(day)s", day=day_month(case.created_at))
    replies = (
        ngettext("%(num)d reply", "%(num)d replies", case.posts_count) if case.posts_count else _("No replies yet")
    )
    return f"{told} · {replies}"


def hand_over(things: Sequence[Thing], to: Person, _by: Person) -> None:
    for thing in things:
        db.session.get_one(Case, thing.id).owner_id = to.id


def end(ended: Sequence[Ended], by: Person) -> None:
    """The word becomes the last reply; an administrator who only looks in takes no part, and closes without."""
    for thing, word in ended:
        case = db.session.get_one(Case, thing.id)
        if current_membership(by.id, case.network_id) is not None:
            reply(case, kind=PostKind.REFLECTION, body=word, by=by)
        close_case(case)


CASES = Duty(
    headings={"case": _l("Open cases")},
    columns=frozenset({"cases.owner_id"}),
    open_things=open_things,
    hand_over=hand_over,
    end=end,
)
