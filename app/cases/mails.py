"""The mails of a case, composed when they are sent: whether this person may still see it is asked again here."""

from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.cases.models import Case, Post
from app.cases.queries import Part, by_whom, is_member_now, number_read, page_of, part_in
from app.cases.words import kind_name
from app.core.text import plain
from app.extensions import db
from app.networks.discretion import Measure, Output, discreetly, measure_of
from app.networks.queries import level_for
from app.notifications.letters import Concern, Gist, Letter, NotSent, Topic
from app.notifications.links import link

GONE = NotSent("the case is gone")
LEFT = NotSent("no longer a member of the network")
READ = NotSent("already read")
CONCERNS: Final = {Part.OWN: Concern.OWN, Part.WROTE: Concern.PART}


def _topic(case: Case) -> Topic:
    network = Topic("network", case.network_id, case.network.name)
    return Topic("case", case.id, case.title, within=network)


def _letter(
    person: Person,
    case: Case,
    said: Case | Post,
    *,
    template: str,
    excerpt: str,
    url: str,
    is_reply: bool = False,
    **more: Any,
) -> Letter:
    """About `said`, the case or a reply to it, with as much of both as this person's mail may hold."""
    level = level_for(person, case.network)
    network = discreetly(case.network, level, Output.MAIL_TEXT)
    title = discreetly(case, level, Output.MAIL_SUBJECT).title
    author = discreetly(said, level, Output.MAIL_TEXT).author
    sender = discreetly(said, level, Output.MAIL_SUBJECT).author
    tells_titles = measure_of(level, Output.MAIL_SUBJECT) >= Measure.TITLES
    part = part_in(person.id, case)
    concern = CONCERNS.get(part, Concern.TALK if is_reply else Concern.NEWS)
    shown = discreetly(case, level, Output.MAIL_TEXT)
    return Letter(
        subject=title if tells_titles else _("News in %(network)s", network=network.name),
        template=template,
        context={
            "case": shown,
            "author": author,
            "workplace": said.workplace if author else None,
            "network": network,
            **more,
        },
        from_name=_("%(name)s via %(network)s", name=sender.name, network=network.name) if sender else network.name,
        thread=f"case-{case.id}",
        is_reply=is_reply,
        topic=_topic(case),
        concern=concern,
        gist=Gist(shown.title, _line(author, said, **more), excerpt, url),
        why=why_in_words(part, case.network.name),
        choose_url=link("cases.show", case_id=case.id, _anchor="follow"),
    )


def _line(author: Person | None, said: Case | Post, *, kind: str = "", **_more: Any) -> str:
    """Erfaring · Ole Kollega, Thisted; of a case: Ny sag · Ole Kollega, Thisted"""
    who = author.name if author else ""
    if author and said.workplace:
        who = f"{who}, {said.workplace.municipality}"
    return " · ".join(word for word in (kind or _("New case"), who) if word)


def why_in_words(part: Part, network: str) -> str:
    """Why somebody gets mails about a case, as the mail's foot says it."""
    return {
        Part.OWN: _("You get this mail because the case is yours."),
        Part.WROTE: _("You get this mail because you have written in the case."),
        Part.NONE: _("You get this mail because you are a member of %(network)s.", network=network),
    }[part]


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
    situation = discreetly(case, level_for(person, case.network), Output.MAIL_TEXT).situation
    url = link("cases.show", case_id=case.id)
    return _letter(person, case, case, template="cases/mails/opened", excerpt=plain(situation), url=url)


def compose_replied(person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    """A new reply, as it stands now, to everybody else in the network whose level wants it."""
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
    shown = discreetly(post, level_for(person, case.network), Output.MAIL_TEXT)
    more = {"post": shown, "kind": kind_name(post.kind), "page": page_of(post.number)}
    return _letter(
        person,
        case,
        post,
        template="cases/mails/replied",
        is_reply=True,
        excerpt=plain(shown.body),
        url=link("cases.show", case_id=case.id, page=page_of(post.number), _anchor=f"post-{post.number}"),
        **more,
    )
