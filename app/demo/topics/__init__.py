"""What generated networks talk about: a topic for each, made of whole sentences that fit together in any choice.

Slots in the sentences: {n} a number word, {i_kommune} "i Hjørring" or "på Læsø", {tid} a length of time,
{firma} "en tømrer", {dag} a weekday.
"""

from app.demo.topics.business import BUSINESS_MODEL, FUNDS
from app.demo.topics.common import Topic
from app.demo.topics.jobs import JOB_CENTRE, REDUCED_HOURS, SMALL_JOBS
from app.demo.topics.society import EFFECT, PROCUREMENT, TRANSPORT
from app.demo.topics.together import MENTORS, VOLUNTEERS

TOPICS: tuple[Topic, ...] = (
    SMALL_JOBS,
    PROCUREMENT,
    BUSINESS_MODEL,
    JOB_CENTRE,
    FUNDS,
    REDUCED_HOURS,
    VOLUNTEERS,
    EFFECT,
    MENTORS,
    TRANSPORT,
)
