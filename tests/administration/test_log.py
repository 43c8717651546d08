"""The log: everything in it, narrowed, page by page, and as a file in which nothing is a formula."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.events import record
from app.accounts.models import Event, EventKind, Person
from app.administration.csv_files import as_csv, harmless
from app.core import clock as core_clock
from app.extensions import db

LOG = "/administration/log"


@pytest.fixture
def noted(world):
    """Writes a line at a moment."""

    def note(kind=EventKind.SIGNED_IN, about="member", by=None, at=None, network_id=None, **facts):
        with world.acting():
            db.session.add(
                Event(
                    kind=kind,
                    person_id=about and world.cast[about],
                    by_id=by and world.cast[by],
                    network_id=network_id,
                    at=at or core_clock.now(),
                    facts=facts,
                )
            )

    return note


def sentences(page):
    return [node.text() for node in page.tree.css("main .rows__title")]


def test_lines_say_what_happened_to_whom_and_by_whom(browser, world, noted):
    noted(EventKind.JOINED, "member", "coordinator", network_id=world.network_id, network="ERFA Gammelt navn")
    page = browser("administrator").get(LOG)
    assert sentences(page) == ["Blev medlem af ERFA Gammelt navn"]
    assert "Mette Medlem · af Karen Tovholder · ERFA Prøvenet 23.11.2026 kl. 9.00" in page.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=moved", ["Arbejder hos Thisted fra –"]),
        ("person=mette", ["Logget ind"]),
        ("person=karen", ["Arbejder hos Thisted fra –"]),  # who did it counts too
        ("person=person3%40erfa.test", ["Arbejder hos Thisted fra –"]),
        ("network=prøve", ["Netværket ERFA Prøvenet blev oprettet"]),
        ("since=2026-11-21&until=2026-11-21", ["Arbejder hos Thisted fra –"]),
        ("since=2026-11-22", ["Logget ind"]),
        ("until=2026-11-20", ["Netværket ERFA Prøvenet blev oprettet"]),
        ("kind=nonsense&since=yesterday&until=9999-12-31&before=x", 3),
        ("person=%25", []),
    ],
)
def test_lines_are_narrowed(browser, world, noted, query, found):
    noted(
        EventKind.NETWORK_MADE,
        None,
        "administrator",
        datetime(2026, 11, 20, 22, 59, tzinfo=UTC),
        world.network_id,
        network="ERFA Prøvenet",
    )
    noted(
        EventKind.MOVED, "colleague", "coordinator", datetime(2026, 11, 20, 23, 0, tzinfo=UTC), organisation="Thisted"
    )
    noted(EventKind.SIGNED_IN, "member")
    page = browser("administrator").get(f"{LOG}?{query}")
    assert sentences(page) == found or len(sentences(page)) == found


def test_pages_follow_each_other_without_losing_or_repeating_a_line(browser, world, noted, statements):
    administrator = browser("administrator")
    with statements.counted() as few:
        administrator.get(LOG)
    with world.acting():
        for number in range(120):  # many at the same moment, and not in the order of their numbers
            at = core_clock.now() - timedelta(hours=number * 7 % 5)
            db.session.add(Event(kind=EventKind.MOVED, person_id=1, at=at, facts={"organisation": f"Nr. {number}"}))
    seen = sentences(administrator.get(f"{LOG}?kind=moved"))
    with statements.counted() as many:
        seen += sentences(administrator.follow("Ældre"))
    seen += sentences(administrator.follow("Ældre"))
    assert len(seen) == 120 == len(set(seen))
    assert len(few) == len(many) <= 4
    assert "Ældre" not in administrator.page.links()
    assert sentences(administrator.follow("De nyeste")) == seen[:50]


def test_the_file_opens_rightly_and_holds_no_formula(browser, world, noted, events):
    with world.acting():
        db.session.get_one(Person, world.cast["member"]).name = '=HYPERLINK("http://a.dk";"Æ")'
    noted(EventKind.MOVED, "member", "coordinator", organisation="+45;\n12")
    noted(EventKind.SIGNED_IN, "outsider")
    administrator = browser("administrator")
    administrator.get(f"{LOG}?kind=moved")
    page = administrator.submit("Hent disse linjer som CSV")
    body = page.response.get_data()
    assert body.startswith("\ufeff".encode()) and "attachment" in page.response.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert rows[0][0] == "Hvornår" and len(rows) == 2
    assert rows[1][0] == "2026-11-23 09:00:00"
    assert rows[1][2] == '\'=HYPERLINK("http://a.dk";"Æ")' and rows[1][4] == "Karen Tovholder"
    assert events()[-1] == ("log_exported", world.cast["administrator"], None)


def test_a_get_fetches_no_file(browser, world):
    browser("administrator").get(f"{LOG}/export", status=405)


@pytest.mark.once
@pytest.mark.parametrize("cell", ["=1+1", "+45 12", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "   @x"])
def test_cells_that_begin_like_formulas_are_made_text(cell):
    assert harmless(cell) == f"'{cell}"


@pytest.mark.once
def test_other_cells_stay_as_they_are():
    assert as_csv(["Æ"], [["a=b", "1-2", ""]]).decode("utf-8-sig") == "Æ\r\na=b;1-2;\r\n"


def test_the_log_is_written_with_the_act_and_nobody_changes_it(world):
    with world.app.app_context():
        record(EventKind.SIGNED_IN, world.cast["member"])
        db.session.rollback()
        assert db.session.scalar(select(func.count()).select_from(Event)) == 0
