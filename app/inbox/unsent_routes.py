"""Pages of mail that was not sent: one's own, and for administrators everybody's, with the addresses that mail does not reach."""

from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.core.access import local_path
from app.core.errors import DomainError, found, refuse_unless_administrator
from app.core.paging import Page
from app.extensions import db, limiter
from app.inbox import operations, unsent
from app.inbox.routes import ON_A_PAGE, bp
from app.inbox.unsent import Like
from app.notifications.bounces import reports_about
from app.notifications.reasons import SENTENCES, Why

TRIALS: Final = "6 per hour; 20 per day"


def _by_person() -> str:
    return f"address trial:{current_user.get_id()}"


def _page(total: int) -> Page:
    return Page.of(total, asked=request.args.get("page", type=int), size=ON_A_PAGE)


@bp.get("/inbox/unsent")
def unsent_mails() -> str:
    page = _page(unsent.count_of_person(current_user))
    return render_template(
        "inbox/unsent.html",
        lines=unsent.of_person(current_user, page),
        reports=reports_about([current_user.email])[:ON_A_PAGE],
        page=page,
        address_of=lambda number: url_for(".unsent_mails", page=number),
    )


@bp.post("/inbox/trial")
@limiter.limit(TRIALS, key_func=_by_person)
def trial() -> ResponseReturnValue:
    """Try the own address again; a mail goes there at once, and if it comes back, the person is told here again."""
    operations.try_address(current_user.email, by=current_user)
    db.session.commit()
    flash(_("We try again: a mail is on its way to %(address)s.", address=current_user.email), "success")
    return redirect(url_for(".index"), 303)


def _like() -> Like:
    asked = request.args.get("why", "")
    area = request.args.get("area", "")
    return Like(
        why=Why(asked) if asked in {why.value for why in Why} else None,
        person=request.args.get("person", "").strip()[:254],
        area=area if area in unsent.areas() else "",
    )


@bp.get("/administration/mails")
def all_unsent() -> str:
    refuse_unless_administrator(current_user.is_administrator)
    like = _like()
    page = _page(unsent.count_of_all(like))

    def address_of(number: int) -> str:
        why = like.why.value if like.why else None
        return url_for(
            ".all_unsent",
            why=why,
            person=like.person or None,
            area=like.area or None,
            page=number if number > 1 else None,
        )

    return render_template(
        "inbox/all_unsent.html",
        lines=unsent.of_all(current_user, like, page),
        suspended=unsent.suspended_addresses(),
        like=like,
        page=page,
        back=address_of(page.number),
        reasons=[(why.value, str(SENTENCES[why])) for why in Why],
        areas=unsent.areas(),
        address_of=address_of,
    )


@bp.post("/administration/mails/<int:mail_id>/retry")
def retry(mail_id: int) -> ResponseReturnValue:
    refuse_unless_administrator(current_user.is_administrator)
    mail = found(unsent.mail_to_retry(mail_id))
    try:
        operations.retry(mail, by=current_user)
    except DomainError as error:
        flash(error.sentence, "danger")
    else:
        db.session.commit()
        flash(_("The mail is tried again. The log says so."), "success")
    return redirect(local_path(request.form.get("next"), url_for(".all_unsent")), 303)


@bp.post("/administration/addresses/trial")
def lifting() -> ResponseReturnValue:
    refuse_unless_administrator(current_user.is_administrator)
    address = request.form.get("address", "").strip().lower()
    if operations.try_address(address, by=current_user):
        db.session.commit()
        flash(_("Mails go to %(address)s again, and one is on its way now.", address=address), "success")
    else:
        flash(_("That address is not kept back."), "warn")
    return redirect(url_for(".all_unsent"), 303)
