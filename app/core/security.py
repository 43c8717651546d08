"""The headers that every answer carries, errors and files included (ASVS 3.4)."""

from wsgiref.headers import Headers

from flask import Flask, Response, request
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
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
}
ONE_YEAR = "max-age=31536000; includeSubDomains"


def protect(headers: Headers | WerkzeugHeaders, *, is_https: bool) -> None:
    """Adds what is not there yet; a view that shows mail in a frame sets its own, stricter policy first."""
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if is_https:
        headers.setdefault("Strict-Transport-Security", ONE_YEAR)


def init_app(app: Flask) -> None:
    is_https = bool(app.config["SESSION_COOKIE_SECURE"])

    @app.after_request
    def _protect(response: Response) -> Response:
        protect(response.headers, is_https=is_https)
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")  # ASVS 14.3.2: what is on the page is someone's
        return response
