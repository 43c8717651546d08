"""Members say which dates they can, and see what the others say."""

from datetime import timedelta

import pytest

from app.core import clock as core_clock
from app.extensions import db
from app.networks.models import Membership, Role
from app.polls.models import PollDate, Vote
from tests.polls.conftest import FIRST

SAVE, NONE = "Gem mine svar", "Ingen af datoerne passer"


def at(browser, number, who="member"):
    visit = browser(who)
    visit.get(f"/polls/{number}")
    return visit


def test_a_member_votes_on_every_date_at_once_and_changes_one(browser, poll, dates, votes):
    number = poll()
    first, second, third = dates(number)
    visit = at(browser, number)
    page = visit.submit(
        SAVE, **{f"date-{first}": "yes", f"date-{second}": "no", f"date-{third}": "maybe"}, word="Helst om formiddagen"
    )
    assert votes(number) == {"member": "yes no maybe"}
    assert "Dine svar er gemt. Du kan ændre dem, indtil datoen er valgt." in page.text
    assert "»Helst om formiddagen« Mette Medlem" in page.text
    visit.submit(SAVE, **{f"date-{second}": "yes"})
    assert votes(number) == {"member": "yes yes maybe"}
    assert "Du har svaret" in browser("member").get("/networks/1").text
    assert "Sig, hvornår du kan" not in browser("member").get("/").text


def test_one_click_saves_one_date_and_leaves_the_others(browser, poll, dates, votes):
    number = poll()
    first, second, _third = dates(number)
    visit = at(browser, number)
    token = visit.page.value("csrf_token")

    def click(headers=None, **data):
        accept = {"Accept": "application/json"} if headers is None else headers
        return visit.raw("POST", f"/polls/{number}/votes", data={"csrf_token": token, **data}, headers=accept)

    told = click(**{f"date-{first}": "yes"}).get_json()
    assert told["says"] == "Gemt kl. 9.00"
    assert told["counts"] == {str(first): "1 kan", str(second): "0 kan", str(_third): "0 kan"}
    assert "Mette Medlem" in told["results"] and "1 kan" in told["best"]
    click(**{f"date-{second}": "no"})
    click(word="Et ord")
    assert votes(number) == {"member": "yes no -"}
    refused = click(**{f"date-{first}": "måske"})
    assert (refused.status_code, refused.get_json()["says"]) == (422, "Vælg, om du kan, måske kan eller ikke kan")
    with_words = click(word="x" * 301)
    assert with_words.get_json()["says"] == "Brug højst 300 tegn"
    assert votes(number) == {"member": "yes no -"}


def test_none_of_the_dates_suits(browser, poll, votes):
    number = poll()
    at(browser, number).submit(NONE, word="Vi har uge 50 til 2 fuld.")
    assert votes(number) == {"member": "no no no"}


def test_who_may_vote(browser, poll, dates, votes):
    number = poll()
    data = {f"date-{dates(number)[0]}": "yes"}
    browser("outsider").post(f"/polls/{number}/votes", status=404, **data)
    browser("administrator").post(f"/polls/{number}/votes", status=403, **data)
    browser("coordinator").post(f"/polls/{number}/votes", **data)
    assert votes(number) == {"coordinator": "yes - -"}
    assert "Kun netværkets medlemmer svarer." in browser("administrator").get(f"/polls/{number}").text


def test_a_bad_vote_is_explained_and_nothing_is_saved(browser, poll, dates, votes):
    number = poll()
    first = dates(number)[0]
    visit = at(browser, number)
    page = visit.submit(SAVE, **{f"date-{first}": "perhaps"})
    assert "Vælg, om du kan, måske kan eller ikke kan" in page.text
    page = at(browser, number).submit(SAVE, **{f"date-{first}": "yes"}, word="x" * 301)
    assert page.errors == ["Brug højst 300 tegn"]
    assert votes(number) == {}


def test_a_date_that_is_gone_or_of_another_poll_is_not_voted_on(browser, world, poll, dates, votes):
    number, other = poll(), poll(network_id=world.other_network_id)
    first, second, _third = dates(number)
    with world.acting():
        db.session.get_one(PollDate, second).removed_at = core_clock.now()
    foreign = dates(other)[0]
    visit = browser("member")
    visit.post(f"/polls/{number}/votes", **{f"date-{first}": "yes", f"date-{second}": "yes", f"date-{foreign}": "yes"})
    assert "En af datoerne er taget ud" in visit.get(f"/polls/{number}").text
    assert votes(number) == {"member": "yes -"}
    with world.acting():
        assert db.session.query(Vote).count() == 1


def test_a_date_that_has_passed_is_not_voted_on(browser, poll, dates, votes, clock):
    number = poll()
    clock.set(FIRST + timedelta(hours=1))
    visit = at(browser, number)
    assert "Denne dato er passeret." in visit.page.text
    visit.submit(NONE)
    assert votes(number) == {"member": "- no no"}


def test_late_votes_count_until_the_date_is_chosen(browser, poll, dates, votes, clock):
    number = poll()
    clock.move(days=9)
    visit = at(browser, number)
    assert "Fristen var 1. december; svar tæller, indtil datoen er valgt." in visit.page.text
    visit.submit(SAVE, **{f"date-{dates(number)[0]}": "yes"})
    assert votes(number) == {"member": "yes - -"}


@pytest.mark.parametrize("how", [{"closed_at": FIRST}, {"withdrawn_at": FIRST}, {"decided_at": FIRST}])
def test_nobody_votes_when_it_is_over(browser, poll, dates, votes, how):
    number = poll(**how)
    visit = browser("member")
    visit.post(f"/polls/{number}/votes", **{f"date-{dates(number)[0]}": "yes"})
    assert votes(number) == {}
    assert SAVE not in visit.get(f"/polls/{number}").html


def test_which_date_suits_best_and_who_is_missing(browser, world, poll, votes):
    number = poll()
    votes(number, member="yes yes no", coordinator="no yes maybe")
    page = browser("colleague").get(f"/polls/{number}")
    assert "Passer bedst lige nu 2 kan, og ingen siger nej. 2 af 11 kommuner kan." in page.text
    assert page.tree.css_first(".leaf").attributes["datetime"].startswith("2026-12-15")
    assert "Ole Kollega (Jammerbugt) mangler at svare." in page.text
    assert "Alle medlemmer af ERFA Prøvenet kan se, hvem der svarer hvad." in page.text
    assert len(page.tree.css("td.poll__yes.is-best")) == 4  # two people, two municipalities


def test_a_municipality_can_when_anybody_there_can(browser, world, poll, votes):
    number = poll()
    with world.acting():
        for _n in range(8):
            world.person("En mere", network=world.network_id)  # all eleven, and one of them twice
    votes(number, member="yes yes no", coordinator="no yes maybe")
    assert "2 af 11 kommuner kan" in browser("member").get(f"/polls/{number}").text


def test_a_new_member_sees_the_poll_and_is_missing(browser, world, poll, votes):
    number = poll()
    votes(number, member="yes yes yes", coordinator="yes yes yes", colleague="yes yes yes")
    assert "Alle har svaret." in browser("member").get(f"/polls/{number}").text
    with world.acting():
        world.cast["newcomer"] = world.person("Nina Ny", network=world.network_id)
    assert "Nina Ny" in browser("member").get(f"/polls/{number}").text
    assert "Afventer dit svar" in browser("newcomer").get("/networks/1").text


def test_who_leaves_takes_their_votes_along_while_nothing_is_decided(app, world, poll, votes):
    from app.accounts.models import Person
    from app.networks.leaving import Wishes, leave
    from tests.networks.test_members import membership_id

    number, decided = poll(), poll(decided_at=FIRST)
    votes(number, member="yes yes no")
    votes(decided, member="yes yes no")
    own = membership_id(world, "member")
    with app.test_request_context(method="POST"):
        leave(db.session.get(Membership, own), Wishes(), by=db.session.get(Person, world.cast["member"]))
        db.session.commit()
    assert votes(number) == {}
    assert votes(decided) == {"member": "yes yes no"}


def test_the_page_asks_the_same_for_two_members_as_for_forty_and_twenty_dates(
    browser, world, poll, votes, dates, statements
):
    small, large = poll(dates=2), poll(dates=20)
    visit = browser("member")
    visit.get(f"/polls/{small}")
    with statements.counted() as few:
        visit.get(f"/polls/{small}")
    with world.acting():
        for number in range(70):
            world.cast[f"more{number}"] = world.person(
                f"Person {number:02}", network=world.network_id, role=Role.MEMBER
            )
    votes(large, **{f"more{number}": "yes " * 20 for number in range(70)})
    with statements.counted() as many:
        page = visit.get(f"/polls/{large}")
    assert len(many) == len(few) <= 8
    assert "70 kan" in page.text
    assert len(page.tree.css("#results > .poll-box tbody tr")) == 60
    assert "Person 69" in visit.get(f"/polls/{large}?page=2").text
