"""A mail that came in, whole; what became of all of them; and the way in by the web."""

import hashlib
import hmac
from datetime import timedelta
from typing import Any, Final

from flask import Blueprint, Response, current_app, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from app.core import clock
from app.core.access import public
from app.core.downloads import attached
from app.core.errors import found, hide, refuse_unless_administrator
from app.core.sizes import takes_up_to
from app.extensions import csrf, db
from app.incoming import hypertext, queries
from app.incoming.mailbox import name_of
from app.incoming.models import Fate
from app.incoming.operations import ingest
from app.incoming.quotes import written_in
from app.incoming.reading import read_mail

bp = Blueprint("incoming", __name__, template_folder="templates")
ON_A_PAGE: Final = 50
MOST_EVER: Final = 100_000_000  # bytes of a mail; the setting MAIL_IN_MB says how many it may be here
SKEW: Final = 300  # seconds that the clocks of whoever brings mail and ours may differ
MAIL_IN_A_FRAME: Final = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'; sandbox allow-popups"
FATES: Final = {
    Fate.TAKEN: _l("Taken"),
    Fate.REFUSED: _l("Refused"),
    Fate.REPORT: _l("Report of a mail system"),
    Fate.PASSED_OVER: _l("Passed over"),
    Fate.FAILED: _l("Failed, tried again"),
}


# One mail


@bp.get("/mail/<int:mail_id>")
def show(mail_id: int) -> str:
    mail = found(queries.mail_for(current_user, mail_id))
    read = read_mail(mail.raw)
    return render_template(
        "incoming/show.html",
        mail=mail,
        text=read.text,
        has_html=bool(read.html),
        headers=[(name, read.all(name)) for name in dict.fromkeys(read.headers.keys())],
        files=read.files,
        written=written_in(read.text, subject=read.subject),
        is_own=mail.person_id == current_user.id,
        fates=FATES,
    )


@bp.get("/mail/<int:mail_id>/html")
def as_html(mail_id: int) -> Response:
    """The HTML part alone, for a frame: cleaned, and nothing in it may run or load."""
    read = read_mail(found(queries.mail_for(current_user, mail_id)).raw)
    answer = Response(
        f'<!DOCTYPE html><html lang=""><head><meta charset="utf-8"><title>{mail_id}</title><base target="_blank">'
        f"</head><body>{hypertext.safe(read.html)}</body></html>",
        mimetype="text/html",
    )
    answer.headers["Content-Security-Policy"] = MAIL_IN_A_FRAME
    return answer


@bp.get("/mail/<int:mail_id>.eml")
def source(mail_id: int) -> Response:
    mail = found(queries.mail_for(current_user, mail_id))
    return attached(mail.raw, name=f"mail-{mail_id}.eml", content_type="message/rfc822")


# All of them


@bp.get("/administration/mail")
def traces() -> str:
    refuse_unless_administrator(current_user.is_administrator)
    asked = request.args.get("fate", "")
    like = queries.MailsLike(
        fate=Fate(asked) if asked in set(Fate) else None, address=request.args.get("address", "").strip()[:254]
    )
    before = request.args.get("before", type=int)
    mails = queries.mails_before(like, before, size=ON_A_PAGE + 1)
    kept: dict[str, Any] = {"fate": like.fate, "address": like.address or None}
    shown = mails[:ON_A_PAGE]
    return render_template(
        "incoming/traces.html",
        like=like,
        fates=FATES,
        mails=shown,
        counts=queries.counts_since(clock.now() - timedelta(days=7)),
        poll=queries.last_poll(name_of(current_app)) if current_app.config["IMAP_HOST"] else None,
        is_polled=bool(current_app.config["IMAP_HOST"]),
        host=current_app.config["MAIL_REPLY_HOST"],
        older=url_for(".traces", **kept, before=shown[-1].id) if len(mails) > ON_A_PAGE else None,
        newest=url_for(".traces", **kept) if before is not None else None,
    )


# The way in by the web


@bp.post("/mail/incoming")
@public
@csrf.exempt
@takes_up_to(MOST_EVER)
def webhook() -> ResponseReturnValue:
    """One mail as the body (message/rfc822), `recipient` and `sender` of its envelope in the address.

    200 when it is dealt with, whatever became of it; 401, 413; 503 when it is to be brought again.
    """
    secret = str(current_app.config["MAIL_IN_SECRET"])
    if not secret:
        hide()
    most = int(current_app.config["MAIL_IN_MB"]) * 1_000_000
    if (request.content_length or 0) > most or len(raw := request.get_data(cache=False)) > most:
        return jsonify(error="the mail is too large"), 413
    if not _is_proved(secret, raw):
        return jsonify(error="not authenticated"), 401
    recipient, sender = request.args.get("recipient", ""), request.args.get("sender", "")
    if not recipient or not raw:
        return jsonify(error="recipient in the address and a mail as the body, please"), 422
    verdict = ingest(raw, recipient, sender)
    db.session.commit()
    return jsonify(fate=verdict.fate, reason=verdict.reason), 503 if verdict.fate is Fate.FAILED else 200


def signature(secret: str, timestamp: str, recipient: str, sender: str, raw: bytes) -> str:
    """What whoever brings a mail proves itself with, in hex."""
    said = f"{timestamp}\n{recipient}\n{sender}\n".encode() + raw
    return hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()


def _is_proved(secret: str, raw: bytes) -> bool:
    """By a signature of the last minutes (X-Erfa-Timestamp, X-Erfa-Signature), or by the secret itself as a bearer."""
    given = request.headers.get("X-Erfa-Signature", "")
    if given:
        at = request.headers.get("X-Erfa-Timestamp", "")
        envelope = request.args.get("recipient", ""), request.args.get("sender", "")
        is_fresh = at.isascii() and at.isdigit() and len(at) < 12 and abs(int(at) - _now()) <= SKEW
        return is_fresh and hmac.compare_digest(given.encode(), signature(secret, at, *envelope, raw).encode())
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(token.strip().encode(), secret.encode())


def _now() -> float:
    return clock.now().timestamp()
