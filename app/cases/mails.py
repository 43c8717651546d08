"""The mails of a case, composed when they are sent: whether this person may still see it is asked again here."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.cases.models import Case, Post
from app.cases.queries import by_whom, is_member_now, number_read, page_of
from app.cases.words import kind_name
from app.extensions import db
from app.notifications.letters import Letter, NotSent, Topic

GONE = NotSent("the case is gone")
LEFT = NotSent("no longer a member of the network")
READ = NotSent("already read")


def _topic(case: Case) -> Topic:
    network = Topic("network", case.network_id, case.network.name)
    return Topic("case", case.id, case.title, within=network)


def compose_opened(person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    """A new case, to everybody else in the network."""
    case = db.session.scalar(
        select(Case).options(joinedload(Case.network), *by_whom(Case)).where(Case.id == payload["case_id"])
    )
    if case is None:
        return GONE
    if not is_member_now(person.id, case.network_id):
        return LEFT
    if number_read(person.id, case.id) is not None:
        return READ
    return Letter(
        subject=case.title,
        template="cases/mails/opened",
        context={"case": case, "author": case.author, "workplace": case.workplace, "network": case.network},
        from_name=case.author.name,
        thread=f"case-{case.id}",
        topic=_topic(case),
    )


def compose_replied(person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    """A new reply, as it stands now, to everybody else in the network."""
    post = db.session.scalar(
        select(Post)
        .options(*by_whom(Post), joinedload(Post.case).joinedload(Case.network))
        .where(Post.id == payload["post_id"])
    )
    if post is None:
        return GONE
    case = post.case
    if not is_member_now(person.id, case.network_id):
        return LEFT
    if (number_read(person.id, case.id) or 0) >= post.number:
        return READ
    return Letter(
        subject=case.title,
        template="cases/mails/replied",
        context={
            "case": case,
            "post": post,
            "kind": kind_name(post.kind),
            "author": post.author,
            "workplace": post.workplace,
            "network": case.network,
            "page": page_of(post.number),
        },
        from_name=post.author.name,
        thread=f"case-{case.id}",
        is_reply=True,
        topic=_topic(case),
    )
