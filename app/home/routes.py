"""Home, the public front page, and the pages about the site itself."""

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.core.access import local_path, public
from app.core.language import CHOICE, LANGUAGES
from app.extensions import db

bp = Blueprint("home", __name__, template_folder="templates")


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    return render_template("home/front.html")


@bp.post("/language")
@public
def language() -> ResponseReturnValue:
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        session[CHOICE] = chosen
        if current_user.is_authenticated:
            current_user.locale = chosen
            db.session.commit()
    return redirect(local_path(request.form.get("next"), url_for("home.index")))


@bp.get("/about")
@public
def about() -> ResponseReturnValue:
    return render_template("home/front.html")


@bp.get("/was")
@public
def accessibility() -> ResponseReturnValue:
    return render_template("home/front.html")


@bp.get("/privacy")
@public
def privacy() -> ResponseReturnValue:
    return render_template("home/front.html")


@bp.get("/help")
@public
def help() -> ResponseReturnValue:  # noqa: A001
    return render_template("home/front.html")
