"""Who has accepted the agreement, as a file that Danish Excel opens rightly."""

import csv
import io
from collections.abc import Sequence

from flask_babel import gettext as _

from app.core import clock
from app.networks.agreements.queries import Signature
from app.networks.models import Network

MEDIA_TYPE = "text/csv; charset=utf-8"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _plain(words: str) -> str:
    """Nothing that Excel would calculate (ASVS 1.2.10)."""
    return f"'{words}" if words.startswith(_FORMULA) else words


def acceptances(network: Network, signatures: Sequence[Signature]) -> bytes:
    """Semicolons and a byte order mark, which is what Excel expects in Denmark. Holds names and dates, no texts."""
    lines = io.StringIO()
    writer = csv.writer(lines, delimiter=";", lineterminator="\r\n")
    writer.writerow([_("Name"), _("Organisation"), _("Mail"), _("Version"), _("Accepted")])
    for one in signatures:
        at = clock.local(one.at).strftime("%d-%m-%Y %H:%M") if one.at else _("not yet")
        organisation = one.person.organisation.name if one.person.organisation else ""
        row = [one.person.name, organisation, one.person.email, str(network.agreement_version), at]
        writer.writerow([_plain(cell) for cell in row])
    return lines.getvalue().encode("utf-8-sig")
