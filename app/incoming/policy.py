"""Who may read a mail that has come in."""

from app.accounts.models import Person
from app.incoming.models import Fate, IncomingMail
from app.networks.policy import may_coordinate


def may_read(viewer: Person, mail: IncomingMail) -> bool:
    """Whoever wrote it, and the coordinators of the network where something came of it.

    What mail systems tell of our mails is for those who run the installation. What was refused is nobody's but the writer's.
    """
    if mail.person_id == viewer.id:
        return True
    if mail.network_id is not None and mail.fate is Fate.TAKEN:
        return may_coordinate(viewer, mail.network_id)
    return mail.fate is Fate.REPORT and viewer.is_administrator
