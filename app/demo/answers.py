"""What has come back to the first network's next meeting by mail: answers of calendars, words, and another time."""

from datetime import date, timedelta

from sqlalchemy import Connection, select

from app.demo.core_network import Known
from app.demo.days import last_working_day, wall
from app.demo.rows import Rows
from app.itip.answers.models import CalendarReply, CounterProposal, Remark
from app.meetings.models import Meeting

FROM = (("mette", "ACCEPTED", "Outlook"), ("ole", "ACCEPTED", "Google"), ("steen", "COUNTER", "Outlook"))


def write_answers(rows: Rows, known: Known, connection: Connection, today: date) -> None:
    """Reads the meeting, which is there once the rows are flushed."""
    rows.flush()
    meeting_id = known.next_meeting["social"]
    meeting = connection.execute(
        select(Meeting.starts_at, Meeting.ends_at, Meeting.sequence).where(Meeting.id == meeting_id)
    ).one()
    came_at = wall(last_working_day(today - timedelta(days=1)), 8, 52)
    for who, said, program in FROM:
        facts = {"sequence": meeting.sequence, "stamped_at": came_at, "came_at": came_at}
        person = {"meeting_id": meeting_id, "person_id": known.people[who]}
        rows.add(CalendarReply, {**person, **facts, "said": said, "program": program})
    rows.add(
        CounterProposal,
        {
            "meeting_id": meeting_id, "person_id": known.people["steen"], "made_at": came_at,
            "starts_at": meeting.starts_at + timedelta(hours=1), "ends_at": meeting.ends_at + timedelta(hours=1),
            "was_starts_at": meeting.starts_at, "was_ends_at": meeting.ends_at,
            "comment": "Bussen er her først kl. 10. Kan vi begynde en time senere?",
            "ended_at": None, "ending": None, "ended_by_id": None, "answer": "",
        },
    )  # fmt: skip
    rows.add(
        Remark,
        {
            "meeting_id": meeting_id, "person_id": known.people["pia"], "from_name": "", "from_address": "",
            "words": "Hej Karen\n\nJeg vil gerne vise de to plakater fra sidst. Er der en projektor?", "said_at": came_at,
        },
    )  # fmt: skip
