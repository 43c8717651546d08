"""Choosing how much to hear, when, and at which hours; and a look at the next digest that marks nothing."""

import pytest

from app.cases.operations import record_reading
from app.core import clock as time
from app.digests.models import Collected, Digest, Hours, Rhythm
from app.extensions import db
from app.networks.models import Membership, Network
from app.notifications.models import ChosenLevel, Level, Mail

PAGE, SETTINGS, NEXT = "/calendar/feeds", "/calendar/messages", "/calendar/messages/next"


def rows(world, model):
    with world.acting():
        return [vars(row) for row in db.session.query(model)]


def chosen(page, name):
    return page.tree.css_first(f'[name="{name}"] option[selected]').attributes["value"]


def test_a_member_chooses_how_much_and_when_for_a_network(browser, world):
    member = browser("member")
    network = world.network_id
    page = member.get(PAGE)
    assert chosen(page, f"level-{network}") == "normal"
    assert chosen(page, f"when-{network}") == "at_once"
    page = member.submit("Gem", **{f"level-{network}": "watch", f"when-{network}": "weekly-1", "digest_hour": "7"})
    assert "Gemt." in page.text
    assert chosen(page, f"level-{network}") == "watch"
    assert chosen(page, f"when-{network}") == "weekly-1"
    assert chosen(page, "digest_hour") == "7"
    (rhythm,), (level,), (hours,) = rows(world, Rhythm), rows(world, ChosenLevel), rows(world, Hours)
    assert rhythm["next_at"].isoformat() == "2026-11-30T06:00:00+00:00", "this Monday at 7 has been"
    assert level["level"] is Level.WATCH
    assert hours["quiet_from"] is None
    member.submit("Gem", **{f"level-{network}": "normal", f"when-{network}": "at_once"})
    assert rows(world, Rhythm) == []
    assert rows(world, ChosenLevel) == []


def test_another_hour_moves_the_next_digest(browser, world, choose):
    choose.daily("member")
    member = browser("member")
    member.get(PAGE)
    member.submit("Gem", digest_hour="16")
    assert rows(world, Rhythm)[0]["next_at"].isoformat() == "2026-11-23T15:00:00+00:00"
    assert rows(world, Rhythm)[0]["told_until"] == time.now()


def test_quiet_hours_are_kept(browser, world):
    member = browser("member")
    member.get(PAGE)
    page = member.submit("Gem", quiet_from="21", quiet_until="7", are_weekends_quiet="1")
    assert (chosen(page, "quiet_from"), chosen(page, "quiet_until")) == ("21", "7")
    assert "checked" in page.tree.css_first('[name="are_weekends_quiet"]').attributes
    member.submit("Gem", quiet_from="", quiet_until="")
    (hours,) = rows(world, Hours)
    assert (hours["quiet_from"], hours["quiet_until"], hours["are_weekends_quiet"]) == (None, None, True)


@pytest.mark.parametrize(
    ("begins", "ends", "error"),
    [
        ("21", "", "Vælg også, hvornår der skal være stille til."),
        ("", "7", "Vælg også, hvornår der skal være stille fra."),
        ("9", "9", "Vælg et andet klokkeslæt end det, stilletiden begynder."),
    ],
)
def test_half_a_quiet_time_is_explained_at_its_field_and_what_was_chosen_is_kept(browser, world, begins, ends, error):
    member = browser("member")
    member.get(PAGE)
    network = world.network_id
    page = member.submit("Gem", quiet_from=begins, quiet_until=ends, **{f"level-{network}": "quiet"})
    assert page.errors == [error]
    assert chosen(page, f"level-{network}") == "quiet"
    if begins:
        assert chosen(page, "quiet_from") == begins
    assert rows(world, Hours) == []
    assert rows(world, ChosenLevel) == []
    assert "Gemt." in member.submit("Gem", quiet_from="21", quiet_until="7").text
    assert rows(world, ChosenLevel)[0]["level"] is Level.QUIET


@pytest.mark.parametrize(
    ("field", "value"),
    [("level-{}", "loud"), ("when-{}", "weekly-8"), ("when-{}", "hourly"), ("digest_hour", "24"), ("quiet_from", "x")],
)
def test_nonsense_is_refused(browser, world, field, value):
    sent = {"digest_hour": "8", field.format(world.network_id): value}
    browser("member").post(SETTINGS, status=400, **sent)
    assert rows(world, Hours) == rows(world, Rhythm) == rows(world, ChosenLevel) == []


def test_a_network_one_is_not_in_cannot_be_chosen(browser, world):
    other = world.other_network_id
    member = browser("member")
    member.post(SETTINGS, **{f"level-{other}": "muted", f"when-{other}": "daily"})
    assert rows(world, Rhythm) == rows(world, ChosenLevel) == []
    assert "Hemmeligt" not in member.get(PAGE).text


def test_what_is_not_in_the_form_stays(browser, world, choose):
    choose.hours("member", quiet=(21, 7))
    choose.daily("member")
    browser("member").post(SETTINGS, **{f"level-{world.network_id}": "quiet"})
    assert len(rows(world, Rhythm)) == 1
    assert rows(world, Hours)[0]["quiet_from"] == 21


def test_whoever_is_in_no_network_chooses_hours_only(browser, world):
    page = browser("administrator").get(PAGE)
    assert "Du er ikke med i et netværk endnu" in page.text
    assert page.tree.css_first('[name="digest_hour"]')


def test_nobody_else_and_no_get_changes_anything(browser, world, choose):
    choose.daily("member")
    for path in (SETTINGS, NEXT):
        assert browser(None).raw("GET", path).status_code == 302
        browser("member").get(path)
        browser("administrator").get(path)
    assert browser("member").raw("POST", SETTINGS, data={"digest_hour": "3"}).status_code == 400  # no CSRF token
    assert browser("member").raw("GET", f"{SETTINGS}/resumption").status_code == 405
    assert rows(world, Hours) == []
    assert len(rows(world, Rhythm)) == 1


def test_the_preview_shows_what_would_be_told_now_and_marks_nothing(browser, world, choose, tell, outbox, clock):
    choose.weekly("member", 1)
    read, _fresh = tell("Læst sag"), tell("Frisk sag")
    outbox()
    with world.acting():
        record_reading(world.cast["member"], read, 0)
    before = [rows(world, Mail), rows(world, Collected), rows(world, Digest)]
    member = browser("member")
    member.get(PAGE)
    page = member.follow("Se, hvordan din næste samlemail ville se ud nu")
    assert page.title == "Sådan ville din næste samlemail se ud nu"
    assert "Den kommer mandag den 30. november 2026 kl. 8.00." in page.text
    assert "Frisk sag" in page.text
    assert "Læst sag" not in page.text
    assert "1 nyhed er faldet ud" in page.text

    def plain(kept):
        return [[{k: v for k, v in row.items() if not k.startswith("_")} for row in table] for table in kept]

    assert plain([rows(world, Mail), rows(world, Collected), rows(world, Digest)]) == plain(before)
    clock.move(days=7)
    (mail,) = [one for one in outbox() if one.to == "person2@erfa.test"]
    assert "Frisk sag" in mail.text


def test_the_preview_says_so_when_there_is_nothing_or_nothing_is_collected(browser, choose):
    assert "Nyt fra dine netværk kommer med det samme" in browser("member").get(NEXT).text
    choose.daily("member")
    assert "Er der intet at fortælle, skriver vi ikke." in browser("member").get(NEXT).text


def test_nobody_sees_what_waits_for_another(browser, choose, tell, outbox):
    choose.daily("member")
    tell("Kun til Mette")
    outbox()
    assert "Kun til Mette" not in browser("coordinator").get(NEXT).text
    assert "Kun til Mette" not in browser("outsider").get(NEXT).text


@pytest.mark.parametrize("count", [2, 9])
def test_settings_cost_the_same_for_many_networks(browser, world, statements, choose, count):
    for number in range(count):
        with world.acting():
            network = Network(name=f"Netværk {number}")
            db.session.add(network)
            db.session.flush()
            db.session.add(Membership(network_id=network.id, person_id=world.cast["member"]))
            network_id = network.id
        choose.daily("member", network_id)
    member = browser("member")
    with statements.counted() as seen:
        member.get(SETTINGS)
    assert len(seen) <= 3, seen


def test_in_english_too(browser, world, choose):
    from app.accounts.models import Person

    with world.acting():
        db.session.get(Person, world.cast["member"]).locale = "en"
    choose.daily("member")
    assert "Quiet hours" in browser("member").get(SETTINGS).text
    assert browser("member").get(NEXT).title == "How your next digest would look now"
