"""The sign-in sheet on paper: what stands on it, and how it becomes a PDF."""

from io import BytesIO
from typing import Any, Final

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from PIL import Image

from app.attendance.models import Project
from app.attendance.queries import Roll
from app.core.formats import long_date, span
from app.core.pdf import pdf
from app.extensions import db
from app.files.models import FileContent
from app.meetings.models import Meeting
from app.networks.discretion import Confidentiality, Output, discreetly

BLANK: Final = 6  # lines for who comes without having said so, at least
LOGO: Final = (900, 360)


def sign_in_sheet(roll: Roll, project: Project | None, *, language: str, level: Confidentiality) -> bytes:
    """Whoever has not said no, then blank lines. It lies on a table, so it says of the meeting what the level allows."""
    with force_locale(language):
        data = _data(roll, project, level)
        return pdf(
            "attendance/sheet.typ",
            data,
            language=language,
            title=f"{data['words']['heading']}, {data['meeting']['title']}, {data['meeting']['day']}",
            at=roll.meeting.starts_at,
        )


def _data(roll: Roll, project: Project | None, level: Confidentiality) -> dict[str, Any]:
    meeting: Meeting = discreetly(roll.meeting, level, Output.EXPORT)
    network = meeting.network
    name, number, funder = project_words(project)
    coming = [seat for seat in roll.seats if seat.attendance or seat.answer is None or seat.answer.answer.value != "no"]
    blank = [{"name": "", "organisation": "", "municipality": ""}] * max(BLANK, len(coming) // 4)
    where = " · ".join(filter(None, [meeting.place, _("also online") if meeting.online_url and meeting.place else ""]))
    return {
        "meeting": {"title": meeting.title, "day": long_date(meeting.starts_at)},
        "facts": [
            [_("Project"), name],
            [_("Project number"), number],
            [_("Activity"), _("Network meeting: %(title)s", title=meeting.title)],
            [_("Network"), network.name],
            [_("Time"), span(meeting.starts_at, meeting.ends_at)],
            [_("Place"), where or (_("Online") if meeting.online_url else "")],
            [_("Host"), meeting.host.name if meeting.host else ""],
        ],
        "columns": [
            _("No."), _("Name"), _("Organisation"), _("Municipality"), _("Signature"), _("From"), _("To"),
        ],
        "people": [_person(seat.name, seat.organisation, seat.municipality) for seat in coming] + blank,
        "funder": funder,
        "logo": _logo(project),
        "words": {
            "heading": _("Sign-in sheet"),
            "logo": _("Logo"),
            "logo_alt": _("The funder's logo"),
            "host_signs": _("The host's signature: I confirm that those who have signed took part"),
            "date": _("Date"),
            "note": _("Everybody signs in ink. The signed sheet is scanned and attached to the meeting."),
        },
    }  # fmt: skip


def _person(name: str, organisation: str, municipality: str) -> dict[str, str]:
    return {"name": name, "organisation": organisation, "municipality": municipality}


def project_words(project: Project | None) -> tuple[str, str, str]:
    """Name, number and funder: the network's own words, else the installation's."""
    usual = [str(current_app.config[name]) for name in ("PROJECT_NAME", "PROJECT_NUMBER", "PROJECT_FUNDER")]
    own = [project.name, project.number, project.funder] if project else ["", "", ""]
    name, number, funder = (mine or other for mine, other in zip(own, usual, strict=True))
    return name, number, funder


def _logo(project: Project | None) -> bytes | None:
    """Drawn anew and no larger than paper needs."""
    if project is None or project.logo_id is None:
        return None
    content = db.session.scalar(db.select(FileContent.content).where(FileContent.file_id == project.logo_id))
    if content is None:
        return None
    with Image.open(BytesIO(content), formats=("PNG", "JPEG")) as picture:
        picture.draft("RGB", LOGO)
        drawn = picture.convert("RGBA")
    drawn.thumbnail(LOGO)
    buffer = BytesIO()
    drawn.save(buffer, "PNG")
    return buffer.getvalue()
