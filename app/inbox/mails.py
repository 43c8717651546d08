"""The mail that shows whether mails reach somebody again."""

from typing import Any

from flask_babel import gettext as _

from app.accounts.models import Person
from app.notifications.letters import Letter
from app.notifications.links import link


def compose_trial(_person: Person, _payload: dict[str, Any]) -> Letter:
    heading = _("Mails from ERFA Nord reach you again")
    lines = [_("You, or an administrator, asked us to try your address again. Since you read this, it works.")]
    button = (_("See your inbox"), link("inbox.index"))
    return Letter(
        subject=heading, template="mails/note", context={"heading": heading, "lines": lines, "button": button}
    )
