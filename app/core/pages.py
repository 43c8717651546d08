"""What templates can rely on, and the page each refusal gets."""

import logging
import secrets

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from heroicons.jinja import heroicon_outline
from jinja2 import StrictUndefined
from markupsafe import Markup
from sqlalchemy.exc import DataError
from werkzeug.exceptions import BadRequest, HTTPException

from app.core import clock, formats, language, text
from app.core.errors import AdministratorsOnlyError
from app.core.parts import parts_of
from app.extensions import db

log = logging.getLogger(__name__)


def _explanation(code: int, *, is_csrf: bool) -> tuple[str, str]:
    """Title and advice for a status, in the reader's language."""
    if is_csrf:
        return (
            _("The page had been open too long"),
            _("Go back, reload the page and send it again. Copy what you wrote first, then nothing is lost."),
        )
    texts = {
        400: (_("We did not understand that"), _("Something in the address or the form was not as we expected. Go back and try again.")),
        403: (_("You may see this, but not change it"), _("Only the network's coordinators can do that. Write to them if you think it should be you.")),
        404: (_("We can't find the page"), _("It may have moved, or it belongs to a network you are not in. We don't say which, because closed networks are to be closed.")),
        405: (_("That can't be done here"), _("Go back and use the buttons on the page.")),
        409: (_("Someone was there before you"), _("It has changed since you opened it. Go back, reload and look before you try again.")),
        413: (_("That is too much at once"), _("What you sent is larger than we can take. Make it shorter and try again.")),
        429: (_("A little too fast"), _("There have been many tries in a short time. Wait some minutes and try again.")),
        500: (_("Something broke on our side"), _("We have noted it. Try again in a moment.")),
    }  # fmt: skip
    return texts.get(code) or (texts[400] if code < 500 else texts[500])


def _page(error: HTTPException, code: int, number: str = "") -> str:
    title, advice = _explanation(code, is_csrf=isinstance(error, CSRFError))
    if isinstance(error, AdministratorsOnlyError):
        title, advice = (
            _("Only administrators can do that"),
            _("They run the installation. Write to one of them if something needs doing."),
        )
    return render_template("error.html", code=code, title=title, advice=advice, number=number)


# What broke may be what every page needs, the database first of all; then not even the reader's language is known.
_BARE = """<!DOCTYPE html>
<html lang="da"><head><meta charset="utf-8"><title>Fejl · ERFA Nord</title></head>
<body><main><h1>Noget gik i stykker hos os</h1>
<p>Prøv igen om et øjeblik. Bliver det ved, så oplys dette nummer: {number}</p>
<p lang="en">Something broke on our side. Try again in a moment.</p></main></body></html>
"""


def show_error(error: HTTPException) -> ResponseReturnValue:
    """Public, for a room that answers one of its errors itself and leaves the others to the house."""
    code = error.code or 500
    if error.response is not None or code < 400:
        return error
    response = error.get_response()
    response.content_type = "text/html; charset=utf-8"
    if code < 500:
        response.set_data(_page(error, code))
        return response
    number = secrets.token_hex(4)
    log.error("error %s at %s %s", number, request.method, request.endpoint)
    try:
        db.session.rollback()
        response.set_data(_page(error, code, number))
    except Exception:
        log.exception("no page for error %s", number)
        response.set_data(_BARE.format(number=number))
    return response


def _show_misfit(error: Exception) -> ResponseReturnValue:
    """A number or text that no column can hold came past the forms: the sender's mistake, and one of ours."""
    log.warning("misfit at %s %s: %s", request.method, request.endpoint, type(error).__name__)
    db.session.rollback()
    return show_error(BadRequest())


def icon(name: str, size: int = 20) -> Markup:
    """An outline icon of Heroicons; it stands beside a word, so it is hidden from screen readers."""
    return Markup(heroicon_outline(name, size=size, focusable="false"))  # noqa: S704 - from the icon package


_SOFT_HYPHENS = {
    "Brønderslev": "Brønders\u00adlev",
    "Frederikshavn": "Frederiks\u00adhavn",
    "Jammerbugt": "Jammer\u00adbugt",
    "Vesthimmerlands": "Vest\u00adhimmer\u00adlands",
}


def soft_hyphens(name: str) -> str:
    """Where a long municipality name may break on a narrow tile."""
    return _SOFT_HYPHENS.get(name, name)


def init_app(app: Flask) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for function in formats.FILTERS:
        app.jinja_env.filters[function.__name__] = function
    app.jinja_env.filters["markdown"] = text.markdown
    app.jinja_env.filters["plain"] = text.plain
    app.jinja_env.filters["typed"] = text.typed
    app.jinja_env.globals.update(
        icon=icon,
        soft_hyphens=soft_hyphens,
        parts_of=parts_of,
        span=formats.span,
        hours=formats.hours,
        now=clock.now,
        today=clock.today,
        language=formats.language,
        languages=language.LANGUAGES,
        base_url=app.config["BASE_URL"],
        is_demo=app.config["DEMO"],
    )
    app.register_error_handler(HTTPException, show_error)
    app.register_error_handler(OverflowError, _show_misfit)  # SQLite
    app.register_error_handler(DataError, _show_misfit)  # PostgreSQL
