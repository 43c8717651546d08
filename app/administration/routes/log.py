"""Everything the log holds, and the same as a file."""

from typing import Any

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.accounts.events import record
from app.accounts.models import EventKind
from app.accounts.words import SENTENCES, sentence_of
from app.administration.asked import day, number, one_of, words
from app.administration.blueprints import administration as bp
from app.administration.csv_files import as_csv
from app.administration.queries.log import EventsLike, Line, all_lines, lines_before
from app.core import clock
from app.extensions import db

SIZE = 50
LONGEST_FILE = 50_000


def _asked() -> EventsLike:
    return EventsLike(
        kind=one_of(EventKind, "kind"),
        person=words("person"),
        network=words("network"),
        since=day("since"),
        until=day("until"),
    )


def name_of(kind: EventKind) -> str:
    """A kind of event in the list of kinds: its sentence, with an ellipsis for each fact."""
    return str(SENTENCES[kind]) % _Ellipses()


class _Ellipses(dict[str, str]):
    def __missing__(self, _name: str) -> str:
        return "…"


@bp.get("/log")
def log() -> str:
    like, before = _asked(), number("before")
    found = lines_before(like, before, size=SIZE + 1)
    kept: dict[str, Any] = {name: value for name, value in request.args.items() if value and name != "before"}
    shown = found[:SIZE]
    return render_template(
        "administration/log.html",
        like=like,
        kinds_of_lines=[(kind, name) for name, kind in sorted((name_of(kind), kind) for kind in EventKind)],
        lines=shown,
        sentence_of=sentence_of,
        older=url_for(".log", **kept, before=shown[-1].event.id) if len(found) > SIZE else None,
        newest=url_for(".log", **kept) if before is not None else None,
        longest_file=LONGEST_FILE,
    )


def _cells(line: Line) -> list[str]:
    event = line.event
    about, by = event.person, event.by or event.person
    return [
        f"{clock.local(event.at):%Y-%m-%d %H:%M:%S}",
        sentence_of(event),
        about.name if about else "",
        about.email if about else "",
        by.name if by else "",
        line.network_name or "",
        event.kind.value,
    ]


@bp.post("/log/export")
def export_log() -> Response:
    """A POST, because it is written down who took the log with them."""
    like = _asked()
    record(EventKind.LOG_EXPORTED, current_user)
    db.session.commit()
    db.session.connection(execution_options={"only_reads": True})  # nobody is to wait while the file is written
    head = [_("When"), _("What happened"), _("Whom it is about"), _("Mail"), _("Who did it"), _("Network"), _("Kind")]
    body = as_csv(head, (_cells(line) for line in all_lines(like, at_most=LONGEST_FILE)))
    name = f"erfa-nord-log-{clock.today().isoformat()}.csv"
    return Response(
        body,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
