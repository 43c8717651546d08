"""A click on "Accept" in whatever calendar is the answer on the meeting's page; and what is no answer is not taken for one."""

import pytest

from app.incoming.models import Fate

SHAPES = ["exchange", "google", "apple", "proton", "thunderbird", "horde"]
WORDS = [("ACCEPTED", "yes"), ("TENTATIVE", "maybe"), ("DECLINED", "no")]
COMMENTS = {
    "exchange": "Jeg kommer lige fra et andet møde, og er der klokken ti.",
    "google": "Jeg tager kage med, og kaffe",
    "thunderbird": "Glæder mig",
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("status", "word"), WORDS)
def test_each_calendar_s_answer_is_read(post, shape, status, word):
    verdict = post.shape(shape, status=status)
    assert (verdict.fate, post.said()) == (Fate.TAKEN, word), verdict
    answer = post.answer()
    assert answer.host_note == COMMENTS.get(shape, "")  # to the organiser, so to the host and the coordinators
    assert answer.note == ""
