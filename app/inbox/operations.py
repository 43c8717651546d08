"""What can be done about mail that did not go: trying an address again, and trying a mail again. None of it commits."""

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.events import record
from app.accounts.models import EventKind, Person
from app.core import clock
from app.core.errors import DomainError
from app.extensions import db
from app.notifications import bounces
from app.notifications.models import Mail, MailState
from app.notifications.operations import announce
from app.notifications.reasons import UNREACHABLE


def try_address(address: str, *, by: Person) -> bool:
    """Mails go to `address` again. Its person gets one at once, so that they know; False when it was not suspended."""
    if not bounces.lift(address):
        return False
    person = db.session.scalar(select(Person).where(Person.email == address))
    if person is not None:
        record(EventKind.ADDRESS_TRIED_AGAIN, person, by=by)
        announce("address_trial", to=[person.id], about=f"trial-{person.id}-{clock.now():%Y%m%d%H%M%S%f}", payload={})
    else:
        record(EventKind.ADDRESS_TRIED_AGAIN, by=by)
    return True


def may_be_retried(mail: Mail) -> bool:
    """Given up, or kept back only because mail did not reach the address. What was left out on purpose stays out."""
    return mail.state is MailState.DEAD or (mail.state is MailState.DROPPED and mail.reason == UNREACHABLE)


def retry(mail: Mail, *, by: Person) -> None:
    """The worker takes it up as if for the first time, and asks again whether it is still wanted."""
    db.session.refresh(mail, ["state", "reason"], with_for_update=True)
    if not may_be_retried(mail):
        raise DomainError(_("This mail is under way already, or was left out on purpose."))
    mail.state, mail.run_at, mail.attempts, mail.reason = MailState.READY, clock.now(), 0, ""
    mail.lease_until, mail.leased_by = None, ""
    record(EventKind.MAIL_RETRIED, mail.person_id, by=by, mail=mail.id)
