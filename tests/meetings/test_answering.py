"""Members say whether they come."""

import threading

import pytest


def answer(browser, meeting_id, who="member", **values):
    visit = browser(who)
    visit.get(f"/meetings/{meeting_id}")
    return visit.submit("Gem svar", **values)


@pytest.mark.parametrize("word", ["yes", "maybe", "no"])
def test_an_answer_is_kept_and_shown(browser, world, answers, owed, word):
    meeting_id = world.meeting()
    page = answer(browser, meeting_id, answer=word, note="Jeg tager kage med")
    assert "Svar gemt lige nu" in page.text
    assert page.value("note") == "Jeg tager kage med"
    [row] = answers(meeting_id)
    assert (row.person_id, row.answer, row.presence) == (
        world.cast["member"],
        word,
        None if word == "no" else "here",
    )
    assert owed.new() == []


def test_answering_again_changes_the_answer(browser, world, answers, clock):
    meeting_id = world.meeting()
    answer(browser, meeting_id, answer="yes", note="Ses")
    clock.move(days=1)
    answer(browser, meeting_id, answer="no")
    [row] = answers(meeting_id)
    assert (row.answer, row.note) == ("no", "Ses")


def test_here_or_online_is_asked_only_when_there_is_a_choice(browser, world, answers):
    hybrid = world.meeting(online_url="https://video.example/1")
    page = answer(browser, hybrid, answer="yes", presence="online")
    assert "0 på stedet, 1 online." in page.text
    assert answers(hybrid)[0].presence == "online"
    online = world.meeting(place="", online_url="https://video.example/1")
    page = answer(browser, online, answer="yes")
    assert page.tree.css_first("main [name=presence]") is None
    assert answers(online)[0].presence == "online"


def test_a_link_in_a_mail_fills_the_form_in_and_writes_nothing(browser, world, answers):
    meeting_id = world.meeting()
    visit = browser("member")
    page = visit.get(f"/meetings/{meeting_id}?answer=maybe")
    assert page.tree.css_first("[name=answer][value=maybe]").attributes.get("checked", "no") != "no"
    assert answers(meeting_id) == []
    visit.get(f"/meetings/{meeting_id}?answer=nonsense")
    visit.submit("Gem svar", answer="yes")
    page = visit.get(f"/meetings/{meeting_id}?answer=no")
    assert answers(meeting_id)[0].answer == "yes"


def test_no_answer_at_all_is_explained_and_the_word_kept(browser, world, answers):
    meeting_id = world.meeting()
    page = answer(browser, meeting_id, note="Hvem kører?")
    assert "Vælg, om du kommer" in page.errors
    assert page.value("note") == "Hvem kører?"
    page = answer(browser, meeting_id, answer="yes", note="x" * 301)
    assert "Brug højst 300 tegn" in page.errors
    page = browser("member").post(f"/meetings/{meeting_id}/answer", status=200, answer="perhaps")
    assert page.errors
    assert answers(meeting_id) == []


def test_after_the_meeting_or_its_cancellation_nothing_is_changed(browser, world, answers, clock):
    meeting_id, cancelled = world.meeting(), world.meeting()
    visit = browser("member")
    browser("coordinator").post(f"/meetings/{cancelled}/cancellation")
    visit.post(f"/meetings/{cancelled}/answer", answer="yes")
    assert "Mødet er aflyst, så der er ikke noget at svare på" in visit.get(f"/meetings/{cancelled}").text
    clock.move(days=4)
    visit.post(f"/meetings/{meeting_id}/answer", answer="yes")
    page = visit.get(f"/meetings/{meeting_id}")
    assert "Mødet er holdt, så svaret kan ikke længere ændres" in page.text
    assert page.tree.css_first("main [name=answer]") is None
    assert answers(meeting_id) == answers(cancelled) == []


def test_only_members_answer(browser, world, answers):
    meeting_id = world.meeting()
    browser("outsider").post(f"/meetings/{meeting_id}/answer", status=404, answer="yes")
    visit = browser("administrator")
    assert visit.get(f"/meetings/{meeting_id}").tree.css_first("main [name=answer]") is None
    visit.post(f"/meetings/{meeting_id}/answer", status=403, answer="yes")
    assert visit.raw("GET", f"/meetings/{meeting_id}/answer").status_code == 405
    assert answers(meeting_id) == []


def test_one_comes_back_to_where_one_answered_but_never_to_another_site(browser, world):
    meeting_id = world.meeting()
    visit = browser("member")
    page = visit.post(f"/meetings/{meeting_id}/answer", answer="yes", next="/")
    assert page.response.headers["Location"] == "/"
    page = visit.post(f"/meetings/{meeting_id}/answer", answer="yes", next="//evil.example/")
    assert page.response.headers["Location"] == f"/meetings/{meeting_id}#answer"


def test_the_short_form_of_the_home_page_keeps_what_it_does_not_ask(browser, world, answers):
    meeting_id = world.meeting(online_url="https://video.example/1")
    answer(browser, meeting_id, answer="yes", presence="online", note="Ses")
    browser("member").post(f"/meetings/{meeting_id}/answer", answer="maybe")
    [row] = answers(meeting_id)
    assert (row.answer, row.presence, row.note) == ("maybe", "online", "Ses")


def test_two_answers_at_once_are_one_answer(browser, world, answers):
    """Two tabs of one person, and a colleague, all in the same moment on the real database file."""
    meeting_id = world.meeting()
    visits = [browser(who) for who in ("member", "member", "colleague")]
    for visit in visits:
        visit.get(f"/meetings/{meeting_id}")
    start, statuses = threading.Barrier(len(visits)), []

    def send(visit, word):
        data = {**visit.fields_of(visit.page.tree.css_first("form.answer")), "answer": word}
        start.wait()
        statuses.append(visit.raw("POST", f"/meetings/{meeting_id}/answer", data=data).status_code)

    threads = [threading.Thread(target=send, args=pair) for pair in zip(visits, ("yes", "no", "maybe"), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [302, 302, 302]
    rows = {row.person_id: row.answer for row in answers(meeting_id)}
    assert rows.keys() == {world.cast["member"], world.cast["colleague"]}
    assert len(answers(meeting_id)) == 2
    assert rows[world.cast["member"]] in {"yes", "no"}
