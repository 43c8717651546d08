"""What this room has to say on a person's own page: to whoever may register where they work."""

from flask import render_template

from app.accounts.models import Person
from app.administration.queries.affiliations import coordinates_a_network_of
from app.core.parts import provide


def way_to_their_work(person_id: int, viewer: Person) -> str:
    """Silent for everybody else, and on one's own page: My account leads there."""
    if person_id == viewer.id or not (viewer.is_administrator or coordinates_a_network_of(viewer, person_id)):
        return ""
    return render_template("affiliations/_way.html", person_id=person_id, is_administrator=viewer.is_administrator)


def provide_parts() -> None:
    provide("person.main", way_to_their_work, order=1)
