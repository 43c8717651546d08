"""What the hand-made networks have agreed on, and how much of them may stand outside their pages."""

from dataclasses import dataclass

from app.networks.discretion import Confidentiality


@dataclass(frozen=True)
class Version:
    """An agreement as it was published so many days ago; `missing` are those who have not accepted it yet."""

    days_ago: int
    by: str
    text: str
    change: str = ""
    missing: str = ""


FIRST = """\
# Formål og deltagelse
Vi lærer af hinandens sager. Alle kommer med noget, og alle hjælper. Den, der ikke kan komme, melder afbud i god tid.

# Tavshedspligt
- Det, vi hører og læser her, bliver i netværket. Det gælder også, når man er stoppet.
- Vi fortæller om sager uden navne, CPR-numre og genkendelige detaljer.

# Etik
Vi spørger for at forstå, før vi rådgiver. Vi taler ordentligt om borgere, virksomheder og kolleger.

# Grænser
Netværket er et fagligt rum. Man må altid sige: Det vil jeg ikke tale om.

# Nye medlemmer
Tovholderen siger til, før der kommer nye.

# Ved brud
Den, der opdager, at noget er kommet videre, siger det til tovholderen med det samme.
"""
SECOND = (
    FIRST.replace(
        "når man er stoppet.",
        "når man er stoppet eller har fået nyt job.\n"
        "- Vi må bruge det, vi lærer, men ikke fortælle, hvem der sagde det, eller hvor det skete.",
    )
    .replace("kolleger.\n", "kolleger. Har en af os underretningspligt, går den forud for aftalen.\n")
    .replace(
        "før der kommer nye.", "før der kommer nye. Nye medlemmer accepterer aftalen, før de kan se noget i netværket."
    )
)
SHORT = """\
# Tavshedspligt
Vi taler om mennesker, der er lette at kende. Derfor: ingen navne, ingen steder og ingen detaljer, heller ikke i pausen.

# Ved brud
Er noget kommet videre, siger vi det til tovholderen samme dag.
"""
LEVELS = {
    "social": Confidentiality.NETWORK,
    "jobs": Confidentiality.PARTICIPANTS,
    "buying": Confidentiality.OPEN,
}
AGREEMENTS: dict[str, tuple[Version, ...]] = {
    "social": (
        Version(1140, "jonas", FIRST),
        Version(
            190,
            "jonas",
            SECOND,
            change="Vi har skrevet ned, at man må bruge det, man lærer, uden at fortælle hvor det kommer fra.",
            missing="sif casper",
        ),
    ),
    "jobs": (Version(700, "ibrahim", SHORT),),
}
