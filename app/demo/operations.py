"""Building the demo in an empty database, all in one transaction."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from app.core import clock
from app.demo.accounts import People
from app.demo.answers import write_answers
from app.demo.around_meetings import write_around_meetings
from app.demo.calendars import write_calendars
from app.demo.coming_and_going import write_comings_and_goings
from app.demo.core_network import Story
from app.demo.days import last_working_day, wall
from app.demo.factors import write_factors
from app.demo.generated import Generator, Sizes
from app.demo.hosting import write_hosting
from app.demo.invitations import write_invitations
from app.demo.models import DemoLoad
from app.demo.profiles import Profiles
from app.demo.register import write_register
from app.demo.rows import Rows
from app.demo.told import write_what_was_told
from app.extensions import db


def load_demo(sizes: Sizes | None, *, seed: int, tick: Callable[[], object] = lambda: None) -> Counter[str]:
    """The hand-made networks, and more of everything until `sizes` are reached. Returns the rows per table.

    The same seed on the same day gives the same rows. Tells nobody: no mail is owed for what is loaded.
    """
    today = clock.today()
    rows = Rows(db.session.connection(), tick=tick)
    people = People(rows)
    known = Story(rows, people, today).write()
    write_comings_and_goings(rows, known, today)
    profiles = Profiles(rows, seed=seed)
    profiles.write(known.people, wall(last_working_day(today - timedelta(days=40)), 14))
    write_invitations(rows, known, today)
    write_hosting(rows, known, today)
    write_register(rows, known, today)
    write_factors(rows, known, today)
    write_answers(rows, known, db.session.connection(), today)
    write_around_meetings(rows, db.session.connection(), today)
    write_calendars(rows, known, db.session.connection(), today)
    write_what_was_told(rows, db.session.connection())
    if sizes:
        chance = random.Random(seed)  # noqa: S311 - chance, not secrets
        Generator(rows, people, known, profiles, today=today, chance=chance).fill(sizes)
    counts = rows.counts
    what = ", ".join(f"{counts[table]} {table}" for table in ("people", "meetings", "cases", "posts"))
    rows.add(DemoLoad, {"seed": seed, "what": what, "loaded_at": clock.now()})
    rows.finish()
    return counts
