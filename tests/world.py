"""The cast: two closed networks and the people whose eyes every page is seen with. Makes rows, not acts."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar

from flask import Flask

from app.accounts.models import Affiliation, Person
from app.cases.models import Case, Post, PostKind
from app.core import clock
from app.extensions import Model, db
from app.meetings.models import AgendaItem, AgendaKind, Meeting
from app.minutes.models import Action, Decision, Minutes, Revision
from app.networks.discretion import Confidentiality
from app.networks.models import Acceptance, Agreement, Membership, Network, Role
from app.organisations.models import Organisation, OrganisationKind

Row = TypeVar("Row", bound=Model)
CODES = ["0810", "0813", "0860", "0849", "0825", "0846", "0773", "0840", "0787", "0820", "0851"]


class World:
    """`cast` holds ids: administrator, coordinator, member, colleague (a member too), outsider (of the other network)."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with self.acting():
            # Open, so that mails and calendars say all they can; tests/test_discretion.py is about the other levels.
            facts = {"purpose": "Vi prøver os frem.", "confidentiality": Confidentiality.OPEN}
            self.network_id = self._add(Network(name="ERFA Prøvenet", **facts)).id
            self.other_network_id = self._add(Network(name="ERFA Hemmeligt", purpose="Ingen ved det.")).id
            self.cast = {
                "administrator": self.person("Agnes Admin", administrator=True),
                "coordinator": self.person("Karen Tovholder", network=self.network_id, role=Role.COORDINATOR),
                "member": self.person("Mette Medlem", network=self.network_id),
                "colleague": self.person("Ole Kollega", network=self.network_id),
                "outsider": self.person("Ulla Udenfor", network=self.other_network_id),
            }
            db.session.commit()

    @contextmanager
    def acting(self) -> Iterator[None]:
        """An application context; what was added is committed at its end."""
        with self.app.app_context():
            yield
            db.session.commit()

    def _add(self, row: Row) -> Row:
        db.session.add(row)
        db.session.flush()
        return row

    def person(
        self, name: str, *, network: int | None = None, role: Role = Role.MEMBER, administrator: bool = False
    ) -> int:
        """Someone of an organisation of their own, in the next municipality of the eleven; returns the id."""
        count = db.session.query(Person).count()
        organisation = self._add(
            Organisation(
                name=f"Organisation {count}",
                kind=OrganisationKind.MUNICIPALITY,
                municipality_code=CODES[count % len(CODES)],
            )
        )
        person = self._add(
            Person(
                name=name,
                email=f"person{count}@erfa.test",
                organisation_id=organisation.id,
                administrator_since=clock.now() if administrator else None,
            )
        )
        self._add(
            Affiliation(
                person_id=person.id, organisation_id=organisation.id, from_on=clock.today() - timedelta(days=365)
            )
        )
        if network:
            self._add(Membership(network_id=network, person_id=person.id, role=role))
        return person.id

    def meeting(self, *, starts_at: datetime | None = None, agenda: int = 2, **more: Any) -> int:
        """A meeting in three days, 9.30 to 12.00 in Denmark, with `agenda` items; returns the id."""
        with self.acting():
            start = starts_at or clock.now() + timedelta(days=3, minutes=30)
            facts = {
                "network_id": self.network_id,
                "title": "Småjob hos håndværksmestre",
                "place": "Tangværket, Fjerritslev",
                "created_by_id": self.cast["coordinator"],
                **more,
            }
            meeting = self._add(Meeting(starts_at=start, ends_at=start + timedelta(minutes=150), **facts))
            for position in range(1, agenda + 1):
                self._add(
                    AgendaItem(
                        meeting_id=meeting.id,
                        position=position,
                        title=f"Punkt {position}",
                        kind=AgendaKind.DISCUSSION,
                        minutes=15,
                    )
                )
            return meeting.id

    def case(self, *, author: str = "member", posts: int = 0, **more: Any) -> int:
        """A case with `posts` replies by the colleague; returns the id."""
        with self.acting():
            facts = {
                "network_id": self.network_id,
                "author_id": self.cast[author],
                "title": "Hvem skal ringe først?",
                "situation": "Vi ved ikke, hvem der skal ringe.",
                "posts_count": posts,
                **more,
            }
            case = self._add(Case(**facts))
            for number in range(1, posts + 1):
                self._add(
                    Post(
                        case_id=case.id,
                        number=number,
                        author_id=self.cast["colleague"],
                        kind=PostKind.EXPERIENCE,
                        body=f"Erfaring {number}",
                    )
                )
            return case.id

    def minutes(self, meeting_id: int, *texts: str, shared: bool = False, author: str = "coordinator") -> list[int]:
        """Minutes with a first revision under as many items as there are texts; returns all the meeting's item ids."""
        with self.acting():
            items = db.session.query(AgendaItem).filter_by(meeting_id=meeting_id).order_by(AgendaItem.position).all()
            by = self.cast[author]
            self._add(
                Minutes(
                    meeting_id=meeting_id,
                    shared_at=clock.now() if shared else None,
                    shared_by_id=by if shared else None,
                )
            )
            for item, text in zip(items, texts, strict=False):
                self._add(Revision(agenda_item_id=item.id, number=1, text=text, author_id=by))
            return [item.id for item in items]

    def agreement(
        self, text: str = "Vi taler uden navne.", *, accepted_by: Iterable[str] = (), change: str = ""
    ) -> int:
        """The next version of the network's agreement, by its coordinator; returns which version it is."""
        with self.acting():
            network = db.session.get_one(Network, self.network_id)
            network.agreement_version += 1
            facts = {"network_id": network.id, "version": network.agreement_version}
            self._add(Agreement(**facts, text=text, change=change, by_id=self.cast["coordinator"]))
            for who in accepted_by:
                db.session.add(Acceptance(**facts, person_id=self.cast[who]))
            return network.agreement_version

    def decision(self, item_id: int, text: str = "Gruppen besluttede at prøve.", number: int = 1) -> int:
        with self.acting():
            facts = {"network_id": self.network_id, "year": 2026, "created_by_id": self.cast["coordinator"]}
            return self._add(Decision(agenda_item_id=item_id, number=number, text=text, **facts)).id

    def action(self, item_id: int, text: str = "Ring til mesteren", *, owner: str = "member", **more: Any) -> int:
        with self.acting():
            facts = {"owner_id": self.cast[owner], "created_by_id": self.cast["coordinator"], **more}
            return self._add(Action(agenda_item_id=item_id, text=text, **facts)).id
