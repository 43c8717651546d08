"""What the inbox says of cases: new ones, and replies."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from app.accounts.models import Person
from app.cases.models import Case, Post
from app.cases.queries import page_of
from app.notifications import glimpses
from app.notifications.glimpses import Facts, Glimpse, Kind, Sort, Thing

AREA = _l("Cases")


def _with_author(query: Select[Case]) -> Select[Case]:
    return query.select_from(Case).join(Person, Person.id == Case.author_id)


def _with_case(query: Select[Post]) -> Select[Post]:
    return query.select_from(Post).join(Case, Case.id == Post.case_id).join(Person, Person.id == Post.author_id)


def _opened(_payload: Facts, thing: Thing) -> Glimpse:
    url = url_for("cases.show", case_id=thing.id)
    return Glimpse(_("New case: %(title)s", title=thing.title), url, thing.who)


def _replied(payload: Facts, thing: Thing) -> Glimpse:
    words = _("%(name)s has replied: %(title)s", name=thing.who, title=thing.title)
    url = url_for("cases.show", case_id=payload["case_id"], page=page_of(thing.number), _anchor=f"post-{thing.number}")
    return Glimpse(words, url)


def _by_mail(payload: Facts, thing: Thing) -> Glimpse:
    """To whoever wrote by mail; beside it stands what they have to do again."""
    number = payload.get("number", 0)
    if payload["post_id"]:
        words = _("Your reply by mail stands in the case: %(title)s", title=thing.title)
    else:
        words = _("Your case by mail is told: %(title)s", title=thing.title)
    url = url_for("cases.show", case_id=thing.id)
    if number:
        url = url_for("cases.show", case_id=thing.id, page=page_of(number), _anchor=f"post-{number}")
    note = _("Not all of your files were kept") if payload["left_out"] else ""
    return Glimpse(words, url, note)


def register() -> None:
    glimpses.add_sort(
        "case", Sort(Case.id, network=Case.network_id, title=Case.title, who=Person.name, join=_with_author)
    )
    glimpses.add_sort(
        "post",
        Sort(
            Post.id,
            network=Case.network_id,
            title=Case.title,
            who=Person.name,
            number=Post.number,
            join=_with_case,
        ),
    )
    glimpses.register("case_opened", Kind(_opened, "lifebuoy", AREA, sort="case", named="case_id", owed=False))
    glimpses.register(
        "case_replied", Kind(_replied, "chat-bubble-left-right", AREA, sort="post", named="post_id", owed=False)
    )
    glimpses.register("case_by_mail", Kind(_by_mail, "envelope", AREA, sort="case", named="case_id"))
