"""The headers that every answer carries, errors and files included (ASVS 3.4), and what no request may carry."""

from collections.abc import Iterator
from wsgiref.headers import Headers

from flask import Flask, Response, abort, request
from flask_wtf.csrf import CSRFError
from werkzeug.datastructures import Headers as WerkzeugHeaders

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), browsing-topics=(), "
    "publickey-credentials-get=(self), publickey-credentials-create=(self)",
}
ONE_YEAR = "max-age=31536000; includeSubDomains"


def protect(headers: Headers | WerkzeugHeaders, *, is_https: bool) -> None:
    """Adds what is not there yet; a view that shows mail in a frame sets its own, stricter policy first."""
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if is_https:
        headers.setdefault("Strict-Transport-Security", ONE_YEAR)


def _what_was_sent() -> Iterator[str]:
    yield request.path
    for name, value in [*request.args.items(multi=True), *request.form.items(multi=True)]:
        yield name
        yield value


def init_app(app: Flask) -> None:
    is_https = bool(app.config["SESSION_COOKIE_SECURE"])

    @app.before_request
    def _refuse() -> None:
        if request.method not in {"GET", "HEAD", "OPTIONS"} and request.headers.get("Sec-Fetch-Site") == "cross-site":
            raise CSRFError("another site sent this form")  # the second wall behind the token (ASVS 3.5.1)
        if any("\0" in text for text in _what_was_sent()):
            abort(400)  # nobody types it, and PostgreSQL cannot keep it

    @app.after_request
    def _protect(response: Response) -> Response:
        protect(response.headers, is_https=is_https)
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")  # ASVS 14.3.2: what is on the page is someone's
        return response
