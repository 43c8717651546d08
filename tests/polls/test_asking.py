"""A coordinator asks on which dates the network can meet, and changes what is asked."""

import pytest

from app.polls.models import PollState

WINTER = {
    "title": "Vintermøde",
    "date-1-day": "2026-12-08",
    "date-1-starts": "9.30",
    "date-2-day": "15.12.2026",
    "date-2-starts": "13",
    "closes_on": "2026-12-01",
}
ASK, SAVE = "Spørg medlemmerne", "Gem afstemningen"


def asking(browser, world, who="coordinator"):
    visit = browser(who)
    visit.get(f"/networks/{world.network_id}/polls/new")
    return visit


def number_of(page):
    return int(page.url.split("/")[2].split("#")[0])


def test_the_members_are_asked_and_told(browser, world, owed, outbox, dates):
    visit = browser("coordinator")
    visit.get(f"/networks/{world.network_id}/meetings")
    visit.follow("Find en dato")
    page = visit.submit(ASK, **WINTER, place="Tangværket", host="0849", word="Tag en sag med.")
    assert page.title == "Vintermøde"
    assert "tirsdag den 8. december kl. 9.30" in page.text
    assert "tirsdag den 15. december kl. 13.00" in page.text
    assert "Jammerbugt er vært" in page.text
    assert "Vi sender en mail til 2 medlemmer nu." in page.text
    assert len(dates(number_of(page))) == 2
    assert owed.told() == {"poll_opened": {"member", "colleague"}}
    mail = outbox()[0]
    assert mail.subject == "Hvornår kan I mødes? Vintermøde"
    assert "tirsdag den 8. december kl. 9.30 og tirsdag den 15. december kl. 13.00" in mail.text
    assert "Svar senest tirsdag den 1. december." in mail.text
    assert "Tag en sag med." in mail.text
    assert f"https://erfa.test/polls/{number_of(page)}#vote" in mail.text


def test_who_may_ask(browser, world):
    for who, status in (("member", 403), ("outsider", 404), ("administrator", 200)):
        browser(who).get(f"/networks/{world.network_id}/polls/new", status=status)
        data = {} if status == 200 else WINTER
        browser(who).post(f"/networks/{world.network_id}/polls/new", status=status, **data)


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"title": ""}, ["Skriv mødets titel"]),
        ({"date-1-day": ""}, ["Foreslå mindst to datoer"]),
        ({"date-1-day": "i morgen"}, ["Skriv datoen som 26.11.2026"]),
        ({"date-1-starts": "halv ti"}, ["Skriv klokkeslættet som 9.30"]),
        ({"date-1-starts": ""}, ["Skriv, hvornår mødet begynder"]),
        ({"date-1-day": "2026-11-20"}, ["En af datoerne er passeret. Vælg en dag, der kommer"]),
        ({"date-1-day": "15.12.2026", "date-1-starts": "13.00"}, ["Foreslå mindst to datoer"]),
        (
            {"date-1-day": "2027-03-28", "date-1-starts": "2.30"},
            [
                "Uret stilles den 28. marts 2027: mellem kl. 2 og 3 den nat kan man ikke sige, hvornår det er. Vælg et andet"
            ],
        ),
        ({"minutes": "7"}, ["Skriv et antal minutter fra 15 til 1440"]),
        ({"minutes": "mange"}, ["Skriv et antal minutter fra 15 til 1440"]),
        ({"closes_on": "2026-11-20"}, ["Fristen er passeret. Vælg en dag, der kommer"]),
        ({"closes_on": "2026-12-15"}, ["Vælg en frist før den sidste af datoerne"]),
    ],
)
def test_what_cannot_be_asked_is_explained_at_its_field_and_kept(browser, world, owed, typed, errors):
    page = asking(browser, world).submit(ASK, **{**WINTER, "word": "Mit ord", **typed})
    assert page.errors == errors
    assert page.value("word") == "Mit ord"
    assert owed.new() == []


def test_days_are_picked_in_the_month_and_everything_typed_stays(browser, world):
    visit = asking(browser, world)
    token = visit.page.value("csrf_token")
    url = f"/networks/{world.network_id}/polls/new"

    def press(act, **typed):
        return visit._take(
            visit.raw("POST", url, data={"csrf_token": token, "title": "Kladden", "act": act, **typed}), url
        )

    page = press("pick:2026-12-10", **{"date-1-day": "", "date-1-starts": "10:00"})
    assert page.value("title") == "Kladden"
    assert [page.value("date-1-day"), page.value("date-1-starts")] == ["2026-12-10", "10:00"]
    page = press("month:2027-02", **{"date-1-day": "2026-12-10", "date-1-starts": "10:00"})
    assert "Februar 2027" in page.text
    assert "Vinterferie på mange skoler" in page.html
    page = press("pick:2026-12-10", **{"date-1-day": "2026-12-10", "date-1-starts": "10:00"})
    assert 'value="2026-12-10"' not in page.html  # picked again it goes out
    page = press("look", **{"date-1-day": "2026-12-25", "date-1-starts": "10:00"})
    assert "Juledag" in page.text
    for nonsense in ("pick:", "pick:x", "month:9999-99", "remove:date-7", "pick:2026-02-31"):
        assert (
            press(nonsense, **{"date-1-day": "2026-12-10", "date-1-starts": "10:00"}).value("date-1-day")
            == "2026-12-10"
        )


def test_a_clash_in_the_network_is_shown_beside_the_date(browser, world, poll, clock):
    world.meeting(starts_at=clock.move(days=15, hours=1), title="Et andet møde")  # 8 December
    clock.move(days=-15, hours=-1)
    page = browser("member").get(f"/polls/{poll()}")
    assert "Netværket mødes allerede den dag" in page.text


def test_editing_keeps_the_votes_for_the_dates_that_stay(browser, poll, dates, votes, owed, outbox):
    number = poll()
    votes(number, member="yes no maybe")
    visit = browser("coordinator")
    visit.get(f"/polls/{number}")
    visit.follow("Redigér datoerne")
    page = visit.submit(SAVE, **{"date-2-day": "2026-12-16"})
    assert "Vi sender en mail til 2 medlemmer nu." in page.text
    assert votes(number) == {"member": "yes - maybe"}
    assert owed.told() == {"poll_changed": {"member", "colleague"}}
    mail = outbox()[0]
    assert "Nye datoer: onsdag den 16. december kl. 9.30." in mail.text
    assert "Ikke længere foreslået: tirsdag den 15. december kl. 9.30." in mail.text
    visit.get(f"/polls/{number}/edit")
    visit.submit(SAVE, **{"date-2-day": "2026-12-15"})
    assert votes(number) == {"member": "yes no maybe"}  # put back with what was said of it


def test_a_typo_is_saved_quietly(browser, poll, owed):
    number = poll()
    visit = browser("coordinator")
    visit.get(f"/polls/{number}/edit")
    page = visit.submit(SAVE, title="Vintermødet")
    assert page.title == "Vintermødet"
    assert owed.new() == []


def test_two_who_edit_lose_nothing(browser, poll, kept):
    number = poll()
    first, second = browser("coordinator"), browser("administrator")
    first.get(f"/polls/{number}/edit")
    second.get(f"/polls/{number}/edit")
    first.submit(SAVE, place="Tangværket")
    page = second.submit(SAVE, status=409, title="Et andet navn")
    assert "En anden har ændret afstemningen imens" in page.text
    assert "Tangværket" in page.text
    assert page.value("title") == "Et andet navn"
    assert kept(number).title == "Vintermøde"
    second.submit("Gem det, jeg skrev")
    assert kept(number).title == "Et andet navn"


def test_who_may_change_and_end_it(browser, poll, kept):
    number = poll()
    for act in ("edit", "closing", "reopening", "withdrawal", "reminder"):
        browser("member").post(f"/polls/{number}/{act}", status=403)
        browser("outsider").post(f"/polls/{number}/{act}", status=404)
    assert kept(number).state is PollState.OPEN


def test_closing_and_opening_again(browser, poll, kept, owed):
    number = poll()
    visit = browser("coordinator")
    visit.get(f"/polls/{number}")
    visit.submit("Luk afstemningen")
    assert kept(number).state is PollState.CLOSED
    page = browser("member").get(f"/polls/{number}")
    assert "Afstemningen er lukket. Tovholderen vælger datoen." in page.text
    visit.submit("Åbn afstemningen igen")
    assert kept(number).state is PollState.OPEN
    assert owed.new() == []  # nobody had been told of the end


def test_withdrawing_is_confirmed_told_and_can_be_taken_back(browser, poll, kept, owed, outbox, votes):
    number = poll()
    votes(number, member="yes yes no")
    visit = browser("coordinator")
    visit.get(f"/polls/{number}")
    visit.follow("Træk afstemningen tilbage")
    page = visit.submit("Træk afstemningen tilbage", reason="Vi mødes i marts.")
    assert "Vi mødes i marts." in page.text
    assert kept(number).state is PollState.WITHDRAWN
    assert owed.told() == {"poll_withdrawn": {"member", "colleague"}}
    assert "Vi mødes i marts." in outbox()[0].text
    visit.post(f"/polls/{number}/withdrawal")
    assert owed.new() == []
    visit.get(f"/polls/{number}")
    visit.submit("Åbn afstemningen igen")
    assert votes(number) == {"member": "yes yes no"}
    assert owed.told() == {"poll_reopened": {"member", "colleague"}}
    assert outbox()[0].subject == "Der søges igen en dato: Vintermøde"


def test_a_withdrawal_taken_back_before_its_mail_is_not_told(browser, poll, outbox):
    number = poll()
    visit = browser("coordinator")
    visit.get(f"/polls/{number}/withdrawal")
    visit.submit("Træk afstemningen tilbage")
    visit.submit("Åbn afstemningen igen")
    assert {mail.kind for mail in outbox()} == {"poll_reopened"}


def test_it_stands_where_people_look(browser, world, poll):
    number = poll()
    page = browser("member").get("/")
    assert "Sig, hvornår du kan: Vintermøde" in page.text
    assert "3 datoer" in page.text
    assert page.links()["Sig, hvornår du kan: Vintermøde"] == f"/polls/{number}"
    for where in ("", "/meetings", "/polls"):
        assert "Afventer dit svar" in browser("member").get(f"/networks/{world.network_id}{where}").text
    assert "Vintermøde" not in browser("outsider").get("/").text
    assert "Find en dato" not in browser("member").get(f"/networks/{world.network_id}/meetings").links()
