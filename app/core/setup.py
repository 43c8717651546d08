"""Binds the extensions and the house's own foundations to the application."""

from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from app.core import access, assets, forms, language, limits, pages, security, sizes
from app.core.db import prepare_sqlite
from app.extensions import babel, csrf, db, login_manager, mail, migrate

ROOMS = Path(__file__).resolve().parent.parent


class RowNumber(IntegerConverter):
    """`<int:…>` in an address: a number as we write it ourselves, and small enough for either database.

    A `max` would not do: an address that another method shares would then be 405 instead of 404.
    """

    regex = "0|[1-9][0-9]{0,8}"


def _translation_folders() -> str:
    """Each room keeps its own catalogue beside its templates; the house's own words lie in core."""
    return ";".join(str(folder) for folder in sorted(ROOMS.glob("*/translations")))


def init_app(app: Flask) -> None:
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", _translation_folders())
    app.url_map.converters["int"] = RowNumber
    app.url_map.strict_slashes = True
    app.url_map.merge_slashes = False  # its redirect would repeat whatever Host the request claims
    if app.config["PROXIES"]:
        hops = app.config["PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            prepare_sqlite(db.engine)
    migrate.init_app(app, db, directory=str(ROOMS.parent / "migrations"))
    sizes.init_app(app)  # before the CSRF protection, which reads the form
    csrf.init_app(app)
    mail.init_app(app)
    babel.init_app(app, locale_selector=language.choose)
    forms.speak_our_own_words()
    login_manager.init_app(app)
    limits.init_app(app)
    security.init_app(app)
    access.init_app(app)
    pages.init_app(app)
    assets.init_app(app)
