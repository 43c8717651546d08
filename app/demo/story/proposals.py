"""What members have proposed for the next meeting, and what waits for a later one."""

from dataclasses import dataclass

from app.meetings.models import AgendaKind
from app.meetings.proposals.models import ProposalState

WAITING, PARKED, DECLINED = ProposalState.WAITING, ProposalState.PARKED, ProposalState.DECLINED


@dataclass(frozen=True)
class Proposed:
    """`day` is counted from today. What is parked waits in this order."""

    by: str
    day: int
    title: str
    kind: AgendaKind
    minutes: int
    why: str
    state: ProposalState = PARKED
    answer: str = ""
    network: str = "social"


PROPOSALS = (
    Proposed(
        "ole", -2, "Hvem ringer til mesteren, når jobcentret har lukket?", AgendaKind.DISCUSSION, 15,
        "To mestre har spurgt om det samme i denne måned, og vi svarede ikke ens.", WAITING,
    ),
    Proposed(
        "mette", -4, "Kørsel til småjob uden for byen", AgendaKind.DISCUSSION, 20,
        "Bussen kører ikke kl. 6. Hvad gør I andre?",
    ),
    Proposed(
        "gitte", -20, "Skal vi have en fælles skabelon for samarbejdsaftaler?", AgendaKind.DECISION, 25,
        "Så mestrene møder den samme aftale i alle kommuner.",
    ),
    Proposed(
        "mette", -30, "Besøg på et værksted i Holstebro", AgendaKind.INFORMATION, 10,
        "De har haft småjob i fem år.", DECLINED, "God idé, men vi tager den som en tur i stedet. Jeg skriver til dig.",
    ),
)  # fmt: skip
