"""Twenty people click yes in the same moment, and there is one seat."""

import threading

import pytest

from app.meetings.models import AnswerWord

AT_ONCE = 20


def all_at_once(acts):
    """Runs them in threads that start together; returns what they returned."""
    start, results, faults = threading.Barrier(len(acts)), [], []

    def run(act):
        start.wait()
        try:
            results.append(act())
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    return results


@pytest.fixture
def crowd(world, browser):
    """Twenty members, each signed in and looking at a meeting with one seat left of two."""
    with world.acting():
        for number in range(AT_ONCE):
            world.cast[f"member{number}"] = world.person(f"Medlem {number}", network=world.network_id)
    meeting_id = world.meeting(capacity=2)
    visits = [browser(f"member{number}") for number in range(AT_ONCE)]
    for visit in visits:
        visit.get(f"/meetings/{meeting_id}")
    return meeting_id, visits


def clicks(meeting_id, visits, word):
    def click(visit):
        data = {**visit.fields_of(visit.page.tree.css_first("form.answer")), "answer": word}
        return lambda: visit.raw("POST", f"/meetings/{meeting_id}/answer", data=data).status_code

    return [click(visit) for visit in visits]


def test_the_last_seat_goes_to_exactly_one(crowd, answers, owed):
    meeting_id, visits = crowd
    answers(meeting_id, colleague="yes")
    assert all_at_once(clicks(meeting_id, visits, "yes")) == [302] * AT_ONCE
    rows = answers(meeting_id)
    assert len(rows) == AT_ONCE + 1
    assert len([row for row in rows if row.answer is AnswerWord.YES]) == 2
    assert sorted(row.waits_as for row in rows if row.answer is AnswerWord.WAITING) == list(range(2, AT_ONCE + 1))
    assert owed.new() == []


def test_seats_that_are_given_up_and_asked_for_at_once_are_given_once_each(crowd, answers, owed, world):
    meeting_id, visits = crowd
    all_at_once(clicks(meeting_id, visits[:10], "yes"))
    seated = {row.person_id for row in answers(meeting_id) if row.answer is AnswerWord.YES}
    line = [row.person_id for row in sorted(answers(meeting_id), key=lambda row: row.waits_as or 0) if row.waits_as]
    leaving = [visit for number, visit in enumerate(visits) if world.cast[f"member{number}"] in seated]
    assert len(leaving) == 2
    all_at_once(clicks(meeting_id, leaving, "no") + clicks(meeting_id, visits[10:], "yes"))
    rows = {row.person_id: row for row in answers(meeting_id)}
    assert {id_ for id_, row in rows.items() if row.answer is AnswerWord.YES} == set(line[:2])
    assert [rows[id_].answer for id_ in seated] == [AnswerWord.NO] * 2
    assert [mail.person_id for mail in owed.new()] == line[:2]
