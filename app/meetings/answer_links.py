"""Links in mails by which somebody answers a meeting without signing in: each names the meeting, the person and an answer.

A link is no sign-in: it shows one meeting and takes that person's answer to it, until the meeting is over or off or they have left.
"""

from typing import Final

from app.accounts.models import Person
from app.core.tokens import read_signed, sign
from app.meetings.forms import ANSWERS
from app.meetings.models import AnswerWord, Meeting
from app.notifications.links import link

PURPOSE: Final = "answer-meeting"


def token_to_answer(person_id: int, meeting_id: int, word: AnswerWord) -> str:
    return sign(PURPOSE, f"{meeting_id}-{person_id}-{word.value}")


def read_token(token: str) -> tuple[int, int, AnswerWord] | None:
    """Meeting, person and answer; None for what nobody here has made."""
    text = read_signed(PURPOSE, token[:120])
    if text is None:
        return None
    meeting_id, person_id, word = text.split("-")
    return int(meeting_id), int(person_id), AnswerWord(word)


def answer_links(person: Person, meeting: Meeting) -> list[tuple[str, str]]:
    """The words on the buttons of a mail to `person`, and where they lead."""
    return [
        (str(label), link("meetings.answer_by_link", token=token_to_answer(person.id, meeting.id, word)))
        for word, label in ANSWERS.items()
    ]
