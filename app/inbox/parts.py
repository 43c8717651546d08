"""What the inbox shows on the page where one chooses what one hears of."""

from typing import Any

from flask import render_template

from app.core.parts import provide


def provide_parts() -> None:
    provide("calendars.settings", settings, order=1)


def settings(**_more: Any) -> str:
    return render_template("inbox/_settings.html")
