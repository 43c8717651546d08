"""What an announcement about a person is about, where the same act may be done again another day."""

from app.accounts.models import Person
from app.core.tokens import new_secret


def anew(person: Person) -> str:
    """Its own each time; that an act is done once only is seen to by the act. Mails about one person stay in order."""
    return f"person-{person.id}-{new_secret()[:12]}"
