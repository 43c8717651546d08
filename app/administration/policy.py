"""Who may do what with organisations and with where people worked."""

from app.accounts.models import Person
from app.networks.models import Role
from app.networks.queries import standing_of


def may_add_organisations(viewer: Person) -> bool:
    return viewer.is_administrator or Role.COORDINATOR in standing_of(viewer).roles.values()


def may_edit_organisations(viewer: Person) -> bool:
    """Names and numbers count in everybody's statistics, so they are not one network's to change."""
    return viewer.is_administrator


def may_say_where(viewer: Person, person: Person, *, coordinates: bool) -> bool:
    """Registers a new job and sees the old ones: oneself, whoever coordinates a network one is in, and administrators."""
    return viewer.id == person.id or viewer.is_administrator or coordinates


def may_correct_history(viewer: Person) -> bool:
    """The past counts in the statistics of all of someone's networks, so it is not one coordinator's to change."""
    return viewer.is_administrator
