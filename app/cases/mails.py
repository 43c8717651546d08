"""The mails of a case, composed when they are sent: whether this person may still see it is asked again here."""

from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.cases.attachments import count_attached
from app.cases.by_mail import may_answer_by_mail
from app.cases.models import Case, Post
from app.cases.queries import Part, by_whom, count_members, is_member_now, number_read, page_of, part_in
from app.cases.words import kind_name
from app.core.text import plain
from app.extensions import db
from app.networks.discretion import Confidentiality, Measure, Output, discreetly, if_everything, measure_of
from app.networks.queries import level_for
from app.notifications.letters import Concern, Gist, Letter, NotSent, Topic
from app.notifications.links import link

MOST_NAMED = 20  # files in a mail back
GONE = NotSent("the case is gone")
LEFT = NotSent("no longer a member of the network")
READ = NotSent("already read")
CONCERNS: Final = {Part.OWN: Concern.OWN, Part.WROTE: Concern.PART}


def _topic(case: Case) -> Topic:
    network = Topic("network", case.network_id, case.network.name)
    return Topic("case", case.id, case.title, within=network)


def _answers_to(person: Person, case: Case) -> str:
    return f"c{case.id}-{person.id}" if may_answer_by_mail(person, case) else ""


def _how_to_answer(person: Person, case: Case) -> str:
    """That one can answer the mail, and who reads it; "" where one cannot."""
    if not may_answer_by_mail(person, case):
        return ""
    return ngettext(
        "Answer this mail to reply. The network's %(num)d member can read it on the case's page.",
        "Answer this mail to reply. The network's %(num)d members can read it on the case's page.",
        count_members(case.network_id),
    )


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
            "attached": count_attached(said),
            "how_to_answer": _how_to_answer(person, case),
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
        answers_to=_answers_to(person, case),
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


def compose_by_mail(person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    """Back to whoever wrote by mail: the case is told, or the reply stands; and which of their files do not, and why."""
    case = db.session.scalar(select(Case).options(joinedload(Case.network)).where(Case.id == payload["case_id"]))
    if case is None:
        return GONE
    if not is_member_now(person.id, case.network_id):
        return LEFT
    post = db.session.get(Post, payload["post_id"]) if payload["post_id"] else None
    level = level_for(person, case.network)
    title = discreetly(case, level, Output.MAIL_SUBJECT).title
    network = discreetly(case.network, level, Output.MAIL_TEXT).name
    if post:
        lines = [_("Your reply to “%(title)s” stands in the case. The others can read it now.", title=title)]
        button = (
            _("See your reply"),
            link("cases.show", case_id=case.id, page=page_of(post.number), _anchor=f"post-{post.number}"),
        )
    else:
        lines = [
            _("Your case “%(title)s” is told in %(network)s. The others get a mail now.", title=title, network=network),
            _("You can still add what you have tried, what you would like help with, and more files."),
        ]
        button = (_("Add to your case"), link("cases.edit", case_id=case.id))
    if payload["left_out"]:
        lines.append(_("These files from your mail were not kept:"))
        lines += _left_out(payload["left_out"], level)
    heading = _("Not all of your files were kept") if payload["left_out"] else _("Your case is told")
    return Letter(
        subject=heading,
        template="mails/note",
        context={
            "heading": heading,
            "lines": lines,
            "word": "",
            "after": _how_to_answer(person, case),
            "button": button,
        },
        from_name=network,
        answers_to=_answers_to(person, case),
        why=_("You get this mail because you wrote to %(network)s by mail.", network=network),
    )


def _left_out(files: list[tuple[str, str]], level: Confidentiality) -> list[str]:
    """Each file's name, where the level lets it stand in a mail, and why it was not kept."""
    named = [(if_everything(name, level, Output.MAIL_TEXT), why) for name, why in files[:MOST_NAMED]]
    more = len(files) - len(named)
    lines = [f"{name}: {why}" if name else why for name, why in named]
    return [*lines, _("and %(num)d more", num=more)] if more else lines
