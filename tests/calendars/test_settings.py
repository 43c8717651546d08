"""The page where one gets, renews and recalls feeds, and chooses what to be mailed about."""

from urllib.parse import parse_qs, urlsplit

import pytest

from app.calendars.models import Feed, FeedScope
from app.core.tokens import fingerprint
from app.extensions import db
from app.networks.models import Membership
from app.notifications.models import Mail
from tests.calendars.feeds import events, feed_of, fetch, network_of

FEEDS = "/calendar/feeds"


def address_on(page):
    return page.tree.css_first("#feed-address").attributes["value"]


def token_of(address):
    return address.removeprefix("https://erfa.test/feeds/").removesuffix(".ics")


def rows(world, model, **facts):
    with world.acting():
        return [vars(row) for row in db.session.query(model).filter_by(**facts)]


def test_a_member_gets_an_address_that_works_and_is_shown_once(app, browser, world):
    meeting_id = world.meeting()
    member = browser("member")
    assert "Ingen endnu" in member.get(FEEDS).text
    page = member.submit("Outlook", name="Arbejdscomputeren")
    address = address_on(page)
    assert page.response.headers["Cache-Control"] == "no-store"
    assert page.tree.css_first('link[rel="alternate"][type="text/calendar"]').attributes["href"] == address
    assert "»Arbejdscomputeren« er klar" in page.text
    assert f"meeting-{meeting_id}@erfa.test" in events(fetch(app, token_of(address)))
    (feed,) = rows(world, Feed)
    assert feed["token_hash"] == fingerprint(token_of(address))
    again = member.get(FEEDS)
    assert token_of(address) not in again.html
    assert "Arbejdscomputeren" in again.text
    assert rows(world, Mail) == []


def test_each_calendar_is_led_to_the_address_in_its_own_way(browser):
    member = browser("member")
    member.get(FEEDS)
    page = member.submit("Google")
    address, links = address_on(page), page.links()
    outlook, google = urlsplit(links["Åbn i Outlook"]), urlsplit(links["Åbn i Google"])
    assert parse_qs(outlook.query)["url"] == [address]
    assert parse_qs(google.query)["cid"] == ["webcal" + address.removeprefix("https")]
    assert links["Åbn på iPhone og Mac"] == "webcal" + address.removeprefix("https")
    primary = page.tree.css("main .button--primary")
    assert [node.text() for node in primary] == ["Åbn i Google"]


@pytest.mark.parametrize(
    ("button", "name"),
    [
        ("Outlook", "Outlook"),
        ("Google", "Google"),
        ("iPhone og Mac", "iPhone og Mac"),
        ("Vis adressen", "Min kalender"),
    ],
)
def test_a_feed_without_a_name_is_called_after_its_calendar(browser, world, button, name):
    member = browser("member")
    member.get(FEEDS)
    member.submit(button)
    assert [feed["name"] for feed in rows(world, Feed)] == [name]


def test_a_name_too_long_is_explained_and_kept(browser, world):
    member = browser("member")
    member.get(FEEDS)
    page = member.submit("Outlook", name="x" * 81)
    assert page.errors == ["Brug højst 80 tegn."]
    assert page.value("name") == "x" * 81
    assert rows(world, Feed) == []


def test_too_many_feeds_are_refused_with_a_sentence(browser, world):
    for _ in range(Feed.MOST):
        feed_of(world)
    member = browser("member")
    member.get(FEEDS)
    page = member.submit("Outlook", name="En til")
    assert page.errors == ["Du har allerede 12 abonnementer. Tilbagekald et, du ikke bruger længere."]
    assert len(rows(world, Feed)) == Feed.MOST


def test_the_list_says_who_fetched_when(app, browser, world, clock):
    for name, agent in [("Kontoret", "Microsoft Outlook 16.0"), ("Andet", "curl/8"), ("Ubrugt", None)]:
        token = feed_of(world, name=name)
        if agent:
            fetch(app, token, User_Agent=agent)
    clock.move(hours=2)
    page = browser("member").get(FEEDS)
    assert "Sidst hentet af Outlook for 2 timer siden" in page.text
    assert "Sidst hentet for 2 timer siden" in page.text
    assert "Ikke hentet endnu" in page.text
    clock.move(days=31)
    assert "Ikke hentet siden 23. november. Bruger du det stadig?" in browser("member").get(FEEDS).text


def test_a_renewed_feed_has_a_new_address_and_the_old_one_is_dead(app, browser, world):
    old = feed_of(world)
    member = browser("member")
    member.get(FEEDS)
    member.follow("Omdøb og tilpas Arbejdscomputeren")
    page = member.submit("Lav en ny adresse til Arbejdscomputeren")
    assert "Den gamle adresse virker ikke længere" in page.text
    assert fetch(app, old).status_code == 404
    assert fetch(app, token_of(address_on(page))).status_code == 200
    assert len(rows(world, Feed)) == 1


def test_a_recalled_feed_leaves_the_list_and_says_so_to_whoever_fetches_it(app, browser, world):
    token = feed_of(world)
    member = browser("member")
    member.get(FEEDS)
    page = member.submit("Tilbagekald abonnementet Arbejdscomputeren")
    assert "»Arbejdscomputeren« får ikke flere møder." in page.text
    assert page.tree.css(".feeds li") == []
    (event,) = events(fetch(app, token)).values()
    assert event["SUMMARY"] == "Kalenderabonnementet er lukket"


def test_recalling_twice_is_recalling_once_and_what_is_recalled_is_not_renewed(browser, world, clock):
    feed_of(world)
    (feed,) = rows(world, Feed)
    member = browser("member")
    member.post(f"{FEEDS}/{feed['id']}/revocation")
    (before,) = rows(world, Feed)
    clock.move(hours=1)
    member.post(f"{FEEDS}/{feed['id']}/revocation")
    assert rows(world, Feed)[0]["revoked_at"] == before["revoked_at"]
    member.post(f"{FEEDS}/{feed['id']}/renewal", status=409)
    assert rows(world, Feed)[0]["token_hash"] == before["token_hash"]


@pytest.mark.parametrize("who", ["colleague", "coordinator", "administrator", "outsider"])
@pytest.mark.parametrize("act", ["", "/renewal", "/revocation"])
def test_someone_elses_feed_is_not_there(browser, world, who, act):
    feed_of(world)
    (feed,) = rows(world, Feed)
    browser(who).post(f"{FEEDS}/{feed['id']}{act}", status=404)
    browser(who).post(f"{FEEDS}/{feed['id'] + 99}{act}", status=404)
    (after,) = rows(world, Feed)
    assert (after["token_hash"], after["revoked_at"]) == (feed["token_hash"], None)
    assert browser(who).get(FEEDS).tree.css(".feeds li") == []


@pytest.mark.parametrize("path", ["", "/1", "/1/renewal", "/1/revocation"])
def test_nobody_else_comes_in_and_no_get_changes_anything(browser, world, path):
    feed_of(world)
    (feed,) = rows(world, Feed)
    assert browser(None).raw("GET", FEEDS + path).status_code in {302, 405}
    response = browser("member").raw("POST", FEEDS + path, data={"name": "x"})  # no CSRF token
    assert response.status_code == 400
    browser("member").raw("GET", FEEDS + path)
    (after,) = rows(world, Feed)
    assert (after["token_hash"], after["revoked_at"]) == (feed["token_hash"], None)


@pytest.mark.parametrize("count", [1, 8])
def test_the_page_costs_the_same_for_many_feeds_and_networks(app, browser, world, statements, count):
    from app.networks.models import Network

    for number in range(count):
        feed_of(world)
        with world.acting():
            network = Network(name=f"Netværk {number}")
            db.session.add(network)
            db.session.flush()
            db.session.add(Membership(network_id=network.id, person_id=world.cast["member"]))
    member = browser("member")
    with statements.counted() as seen:
        member.get(FEEDS)
    assert len(seen) == 6, seen  # with the way to the calendar and how much one hears, which other rooms ask for


def test_in_english_too(browser, world):
    from app.accounts.models import Person

    with world.acting():
        db.session.get(Person, world.cast["member"]).locale = "en"
    page = browser("member").get(FEEDS)
    assert page.title == "Calendar and messages"


# Scope and options


def test_a_feed_of_one_network_is_made_with_its_options_and_listed_with_them(app, browser, world):
    other = network_of(world, "member")
    here, there = world.meeting(), world.meeting(network_id=other)
    member = browser("member")
    member.get(FEEDS)
    page = member.submit(
        "Thunderbird", name="Telefonen", what=f"network-{other}", weeks_back="4", alarm="30", hides_cancelled="y"
    )
    assert set(events(fetch(app, token_of(address_on(page))))) == {f"meeting-{there}@erfa.test"}
    assert here
    (feed,) = rows(world, Feed)
    assert (feed["scope"], feed["network_id"], feed["weeks_back"], feed["alarm_minutes"], feed["hides_cancelled"]) == (
        "network", other, 4, 30, True,
    )  # fmt: skip
    line = " ".join(member.get(FEEDS).tree.css_first(".feeds li").text().split())
    assert "Kun ERFA Andet" in line
    assert "4 uger tilbage · minder dig 30 minutter før · uden det aflyste" in line


def test_without_a_choice_a_feed_carries_everything_as_before(browser, world):
    browser("member").post(FEEDS, calendar="outlook", status=200)
    (feed,) = rows(world, Feed)
    assert (feed["scope"], feed["network_id"], feed["weeks_back"], feed["alarm_minutes"], feed["hides_cancelled"]) == (
        "mine", None, 13, None, False,
    )  # fmt: skip


def test_only_ones_own_networks_are_offered_and_taken(browser, world):
    member = browser("member")
    page = member.get(FEEDS)
    values = [option.attributes["value"] for option in page.tree.css("#what option")]
    assert values == ["mine", f"network-{world.network_id}", "public"]
    page = member.post(FEEDS, what=f"network-{world.other_network_id}", name="Nysgerrig", status=200)
    assert page.errors == ["Vælg en af dem, der står her."]
    assert page.value("name") == "Nysgerrig"
    assert rows(world, Feed) == []


@pytest.mark.parametrize(
    "nonsense", [{"what": "network-"}, {"what": "network-x"}, {"weeks_back": "7"}, {"weeks_back": "x"}, {"alarm": "-5"}]
)
def test_what_is_not_offered_is_refused_where_it_was_chosen(browser, world, nonsense):
    page = browser("member").post(FEEDS, name="En", status=200, **nonsense)
    assert page.errors == ["Vælg en af dem, der står her."]
    assert page.tree.css_first("form details.more[open]") is not None  # the field is seen, not folded away
    assert rows(world, Feed) == []


def test_the_open_meetings_can_be_taken_without_being_in_a_network(app, browser, world, clock):
    meeting_id = world.meeting(published_at=clock.move())
    administrator = browser("administrator")
    administrator.get(FEEDS)
    page = administrator.submit("Google", what="public")
    assert set(events(fetch(app, token_of(address_on(page))))) == {f"meeting-{meeting_id}@erfa.test"}
    assert "name=ERFA%20Nord%3A%20%C3%A5bne%20m%C3%B8der" in page.links()["Åbn i Outlook"]


def test_renaming_and_adjusting_keeps_the_address(app, browser, world, clock):
    world.meeting(cancelled_at=clock.move())
    token = feed_of(world)
    (before,) = rows(world, Feed)
    assert len(events(fetch(app, token))) == 1
    member = browser("member")
    member.get(FEEDS)
    page = member.follow("Omdøb og tilpas Arbejdscomputeren")
    assert page.value("name") == "Arbejdscomputeren"
    page = member.submit("Gem", name="Mit kontor", weeks_back="0", alarm="1440", hides_cancelled="y")
    assert "Gemt. Din kalender følger med" in page.text
    assert "Mit kontor" in page.tree.css_first(".feeds li").text()
    (after,) = rows(world, Feed)
    assert after["token_hash"] == before["token_hash"]
    assert (after["weeks_back"], after["alarm_minutes"], after["hides_cancelled"]) == (0, 1440, True)
    assert events(fetch(app, token)) == {}
    page = member.follow("Omdøb og tilpas Mit kontor")
    assert [
        page.tree.css_first(f"#{name} option[selected]").attributes["value"] for name in ("weeks_back", "alarm")
    ] == ["0", "1440"]
    member.submit("Gem", alarm="", name="")
    (after,) = rows(world, Feed)
    assert (after["alarm_minutes"], after["name"]) == (None, "Mit kontor")  # nothing written is nothing changed


def test_a_bad_change_is_explained_and_kept(browser, world):
    feed_of(world)
    (feed,) = rows(world, Feed)
    member = browser("member")
    page = member.post(f"{FEEDS}/{feed['id']}", name="x" * 81, weeks_back="3", status=200)
    assert page.errors == ["Brug højst 80 tegn.", "Vælg en af dem, der står her."]
    assert page.value("name") == "x" * 81
    assert rows(world, Feed)[0]["name"] == "Arbejdscomputeren"


def test_a_recalled_feed_is_not_changed(browser, world):
    feed_of(world)
    (feed,) = rows(world, Feed)
    member = browser("member")
    member.post(f"{FEEDS}/{feed['id']}/revocation")
    member.get(f"{FEEDS}/{feed['id']}", status=409)
    member.post(f"{FEEDS}/{feed['id']}", name="Ny", status=409)
    assert rows(world, Feed)[0]["name"] == "Arbejdscomputeren"


def test_a_feed_of_a_network_one_has_left_says_so_without_its_name(browser, world, clock):
    other = network_of(world, "member")
    feed_of(world, scope=FeedScope.NETWORK, network_id=other)
    with world.acting():
        db.session.query(Membership).filter_by(network_id=other).update({"left_at": clock.move()})
    page = browser("member").get(FEEDS)
    assert "Et netværk, du ikke er med i længere, så den er tom" in page.text
    assert "ERFA Andet" not in page.text


@pytest.mark.parametrize(
    ("button", "words"),
    [
        ("Outlook", "Abonner fra internettet"),
        ("Google", "På en computer"),
        ("iPhone og Mac", "Nyt kalenderabonnement"),
        ("Thunderbird", "På netværket"),
        ("Android", "Googles app på telefonen"),
        ("Vis adressen", None),
    ],
)
def test_the_guide_of_the_chosen_program_stands_beside_the_address(browser, button, words):
    member = browser("member")
    member.get(FEEDS)
    page = member.submit(button)
    beside = page.tree.css_first('section[aria-labelledby="h-add"]').text()
    assert words is None or words in beside
    assert all(name in page.text for name in ("Outlook", "Google", "iPhone", "Mac", "Thunderbird", "Android"))


def test_the_meetings_page_tells_only_of_feeds_that_carry_the_meeting(app, browser, world, clock):
    other = network_of(world, "member")
    meeting_id = world.meeting()
    fetch(app, feed_of(world, scope=FeedScope.NETWORK, network_id=other), User_Agent="Thunderbird/153")
    fetch(app, feed_of(world, scope=FeedScope.PUBLIC), User_Agent="Thunderbird/153")
    member = browser("member")
    assert "Thunderbird" not in member.get(f"/meetings/{meeting_id}").text
    fetch(app, feed_of(world, scope=FeedScope.NETWORK, network_id=world.network_id), User_Agent="Microsoft Outlook 16")
    assert "Mødet ligger allerede i Outlook" in member.get(f"/meetings/{meeting_id}").text
