"""Pages of notifications: the mailbox of the demo, stopping mail with one click, and the installation's health."""

from ipaddress import ip_address
from typing import Final

from flask import Blueprint, Response, current_app, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from app.accounts.models import Person
from app.core.access import public
from app.core.errors import found, hide
from app.core.paging import Page
from app.core.tokens import read_signed
from app.extensions import csrf, db
from app.notifications import queries
from app.notifications.composing import UNSUBSCRIBE
from app.notifications.health import facts as further_facts
from app.notifications.letters import Topic
from app.notifications.mailbox import framed, open_mail
from app.notifications.models import KeptMail
from app.notifications.operations import mute, unmute

bp = Blueprint("notifications", __name__, template_folder="templates")
ON_A_PAGE: Final = 25
MAIL_IN_A_FRAME: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-top-navigation-by-user-activation"
)


def _require_mailbox() -> None:
    """Only where mails are kept instead of sent: in the demo and in development."""
    if not (current_app.config["DEMO"] or current_app.debug):
        hide()


def _kept(mail_id: int) -> KeptMail:
    _require_mailbox()
    return found(queries.kept(mail_id))


@bp.get("/mailbox")
@public
def mailbox() -> str:
    _require_mailbox()
    recipient = request.args.get("to", "").strip()[:254]
    total = queries.count_of_kept(recipient)
    page = Page.of(total, asked=request.args.get("page", type=int), size=ON_A_PAGE)
    mails = queries.page_of_kept(recipient, offset=page.offset, size=page.size)

    def address_of(number: int) -> str:
        return url_for(".mailbox", to=recipient or None, page=number)

    return render_template(
        "notifications/mailbox.html", mails=mails, page=page, recipient=recipient, address_of=address_of
    )


@bp.get("/mailbox/<int:mail_id>")
@public
def kept_mail(mail_id: int) -> str:
    mail = _kept(mail_id)
    return render_template("notifications/mail.html", mail=mail, opened=open_mail(mail))


@bp.get("/mailbox/<int:mail_id>/html")
@public
def kept_mail_html(mail_id: int) -> Response:
    """The HTML part alone, for the frame: nothing in it may run or load, and its links open in the whole window."""
    answer = Response(framed(open_mail(_kept(mail_id)).html), mimetype="text/html")
    answer.headers["Content-Security-Policy"] = MAIL_IN_A_FRAME
    return answer


@bp.get("/mailbox/<int:mail_id>.eml")
@public
def kept_mail_source(mail_id: int) -> Response:
    answer = Response(_kept(mail_id).raw, content_type="message/rfc822")
    answer.headers["Content-Disposition"] = f'attachment; filename="mail-{mail_id}.eml"'
    return answer


def _person_and_topic(token: str) -> tuple[int, Topic]:
    """Whom and what a token of `composing.token_to_stop` names; 404 for any other, or when the person is gone."""
    person_id, scope, scope_id = found(read_signed(UNSUBSCRIBE, token[:200])).split("-")
    person = found(db.session.get(Person, int(person_id)))
    return person.id, Topic(scope, int(scope_id), "")


@bp.get("/unsubscribe/<token>")
@public
def unsubscribe(token: str) -> str:
    """Changes nothing: the gateways of municipal mail open every link."""
    person_id, topic = _person_and_topic(token)
    is_muted = queries.is_muted(person_id, topic.scope, topic.scope_id)
    return render_template("notifications/unsubscribe.html", token=token, topic=topic, is_muted=is_muted, is_new=False)


@bp.post("/unsubscribe/<token>")
@public
@csrf.exempt
def stop_mail(token: str) -> ResponseReturnValue:
    """RFC 8058: mail programs send this themselves, with no cookie and no CSRF token; the address is the proof."""
    person_id, topic = _person_and_topic(token)
    mute(person_id, topic.scope, topic.scope_id)
    db.session.commit()
    return render_template("notifications/unsubscribe.html", token=token, topic=topic, is_muted=True, is_new=True)


@bp.post("/unsubscribe/<token>/undo")
@public
@csrf.exempt
def resume_mail(token: str) -> ResponseReturnValue:
    person_id, topic = _person_and_topic(token)
    unmute(person_id, topic.scope, topic.scope_id)
    db.session.commit()
    return render_template("notifications/unsubscribe.html", token=token, topic=topic, is_muted=False, is_new=True)


@bp.get("/healthz")
@public
def health() -> ResponseReturnValue:
    """For whoever watches the installation: 503 when the database does not answer, else 200."""
    try:
        post = queries.state_of_the_post()
        more = {name: _as_told(age) for name, age in further_facts().items()}
    except SQLAlchemyError:
        facts = {"status": "degraded", "database": "unreachable"}
        return jsonify(facts | {"worker_age_seconds": None, "oldest_unsent_mail_seconds": None}), 503
    return jsonify(
        status="ok" if post.is_well else "degraded",
        database="ok",
        worker_age_seconds=post.worker_age,
        oldest_unsent_mail_seconds=_as_told(post.oldest_unsent),
        **more,
    )


def _as_told(age: float | None) -> float | None:
    """To the tenth of a second for this machine. Strangers, who could watch whether what they asked for is written to
    anybody (ASVS 6.3.8), hear of whole minutes only.
    """
    if age is None or ip_address(request.remote_addr or "::").is_loopback:
        return age
    return age // 60 * 60 or None
