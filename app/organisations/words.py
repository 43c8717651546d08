"""What the kinds of organisations are called on screen."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.organisations.models import OrganisationKind

KINDS: dict[OrganisationKind, Any] = {
    OrganisationKind.MUNICIPALITY: _l("Municipality"),
    OrganisationKind.JOB_CENTRE: _l("Job centre"),
    OrganisationKind.BUSINESS_CENTRE: _l("Business council or business centre"),
    OrganisationKind.SOCIAL_ENTERPRISE: _l("Social enterprise"),
    OrganisationKind.ASSOCIATION: _l("Association"),
}
