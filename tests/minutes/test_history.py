"""Looking back through what stood under an item."""

import pytest

from app.core.differences import Fate, differences, excerpt
from app.extensions import db
from app.minutes.models import Revision


@pytest.fixture
def item_id(world):
    return world.minutes(world.meeting(agenda=1), "Vi talte om mestre.")[0]


def write(world, item_id, number, text, who="coordinator"):
    with world.acting():
        db.session.add(Revision(agenda_item_id=item_id, number=number, text=text, author_id=world.cast[who]))


def test_the_history_shows_who_wrote_when_and_what_changed(browser, world, clock, item_id):
    clock.move(days=1)
    write(world, item_id, 2, "Vi talte længe om mestre.", who="administrator")
    page = browser("coordinator").get(f"/agenda-items/{item_id}/revisions")
    assert [node.text() for node in page.tree.css(".rows__title")] == ["Udgave 2", "Udgave 1"]
    assert "Agnes Admin · 24. november kl. 9.00" in page.text
    assert [node.text().strip() for node in page.tree.css("ins")] == ["længe", "Vi talte om mestre."]
    assert not page.tree.css("del")


def test_saves_of_one_sitting_stand_as_one(browser, world, clock, item_id):
    for number in range(2, 30):
        clock.move(minutes=1)
        write(world, item_id, number, f"Vi talte om mestre. Linje {number}")
    clock.move(minutes=1)
    write(world, item_id, 30, "Agnes rettede", who="administrator")
    page = browser("coordinator").get(f"/agenda-items/{item_id}/revisions")
    assert [node.text() for node in page.tree.css(".rows__title")] == ["Udgave 30", "Udgave 29"]
    assert "gemt 29 gange" in page.text


def test_an_older_text_is_used_again_as_a_new_revision(browser, world, item_id):
    write(world, item_id, 2, "Noget helt andet\nover to linjer")
    write(world, item_id, 3, "Og et tredje")
    karen = browser("coordinator")
    page = karen.get(f"/agenda-items/{item_id}/revisions/2")
    assert "Noget helt andet" in page.text
    assert [node.text().strip() for node in page.tree.css("del")] == ["Vi talte om mestre."]
    karen.submit("Brug denne udgave igen")
    with world.acting():
        rows = db.session.query(Revision).filter_by(agenda_item_id=item_id).order_by(Revision.number).all()
        assert [row.number for row in rows] == [1, 2, 3, 4]
        assert rows[3].text == "Noget helt andet\nover to linjer"


def test_history_is_for_those_who_write(browser, world, item_id):
    mette, ulla, karen = browser("member"), browser("outsider"), browser("coordinator")
    for url in (f"/agenda-items/{item_id}/revisions", f"/agenda-items/{item_id}/revisions/1"):
        mette.get(url, status=403)
        ulla.get(url, status=404)
    karen.get(f"/agenda-items/{item_id}/revisions/2", status=404)
    karen.get(f"/agenda-items/{item_id}/revisions/0", status=404)


def test_history_costs_the_same_however_long(browser, world, clock, statements, item_id):
    karen, counts = browser("coordinator"), []
    for first, last in ((2, 4), (4, 60)):
        for number in range(first, last):
            clock.move(hours=1)
            write(world, item_id, number, f"Udgave {number}", who="coordinator" if number % 2 else "administrator")
        with statements.counted() as seen:
            page = karen.get(f"/agenda-items/{item_id}/revisions")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8
    assert len(page.tree.css(".rows__title")) == 20


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("", "et to"),
        ("et to", ""),
        ("et to tre", "et 2 tre"),
        ("et et et", "et et"),
        ("en\n\nto  tre", "en\n\nto  fire"),
        (" ind", "ind "),
        ("a b c d", "d c b a"),
    ],
)
def test_the_pieces_join_to_both_texts(before, after):
    pieces = differences(before, after)

    def words(*fates):
        return "".join(text for fate, text in pieces if fate in fates).split()

    assert words(Fate.SAME, Fate.GONE) == before.split()
    assert words(Fate.SAME, Fate.NEW) == after.split()


def test_long_unchanged_stretches_are_left_out_of_an_excerpt():
    long = " ".join(f"ord{number}" for number in range(200))
    pieces = excerpt(differences(f"{long} gammel {long}", f"{long} ny {long}"))
    assert [fate for fate, _text in pieces] == [Fate.LEFT_OUT, Fate.SAME, Fate.GONE, Fate.NEW, Fate.SAME, Fate.LEFT_OUT]
    assert len("".join(text for _fate, text in pieces).split()) == 26


def test_comparing_long_texts_is_quick():
    import time

    before, after = "a b " * 5000, "b a " * 4999 + "c"
    started = time.perf_counter()
    differences(before, after)
    assert time.perf_counter() - started < 2
