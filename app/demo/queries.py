"""What kind of database this is."""

from sqlalchemy import exists, select

from app.accounts.models import Person
from app.demo.models import DemoLoad
from app.extensions import db
from app.networks.models import Network
from app.organisations.models import Organisation


def is_demo_database() -> bool:
    """Whether the demo network, with its well-known passwords, was ever loaded here."""
    return bool(db.session.scalar(select(exists(select(DemoLoad.id)))))


def is_empty() -> bool:
    """Nobody and nothing is here yet; the municipalities come with the tables and do not count."""
    holds = [exists(select(kind.id)) for kind in (Person, Network, Organisation, DemoLoad)]
    return not any(db.session.execute(select(*holds)).one())
