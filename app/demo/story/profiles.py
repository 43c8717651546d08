"""What the people of the demo say about themselves: what they can be asked about, when they can be reached, who sees it."""

from dataclasses import dataclass, field

from app.people.models import Audience, Field


@dataclass(frozen=True)
class Said:
    competences: tuple[str, ...] = ()
    about: str = ""
    reachable: str = ""
    has_picture: bool = False
    audiences: dict[Field, Audience] = field(default_factory=dict)


_OPEN = {Field.PROFILE: Audience.EVERYONE, Field.ABOUT: Audience.EVERYONE}

PROFILES: dict[str, Said] = {
    "mette": Said(
        ("småjob", "samtaler med virksomheder", "håndværkere"),
        "Jeg besøger tre virksomheder om ugen og siger det hellere ligeud end pænt. Lige nu prøver jeg at finde de første timer i butikkerne.",
        "Mandag til torsdag", has_picture=True,
    ),
    "karen": Said(
        ("forretningsmodel", "bestyrelser", "mødeledelse"),
        "Jeg hjælper mennesker, der vil drive virksomhed med et formål, med at få tallene til at hænge sammen. Har siddet i fire bestyrelser og lært mest af den, der lukkede.",
        "Alle hverdage, helst før kl. 10", has_picture=True, audiences=_OPEN,
    ),
    "gitte": Said(
        ("håndværkere", "breve der virker", "mentorordninger"),
        "Jeg har fulgt 26 mennesker ud i deres første småjob og fejlet med en del flere. Ring gerne om det sidste.",
        "Mandag til torsdag", has_picture=True,
    ),
    "jonas": Said(
        ("havnen", "opsøgende arbejde"),
        "Kender de fleste på havnen ved navn. Spørg mig, før du sender et brev: Det er hurtigere at gå en tur.",
        has_picture=True, audiences=_OPEN,
    ),
    "ibrahim": Said(
        ("småjob", "mentor", "dansk på arbejdspladsen"),
        "Vi øver fagord ved maskinen i stedet for i klasseværelset. Det tager længere tid den første uge og kortere tid alle de næste.",
        "Tirsdag til fredag", has_picture=True, audiences=_OPEN,
    ),
    "anemarie": Said(
        ("fonde", "kystturisme"),
        "Har skrevet nitten ansøgninger og fået elleve af dem. De otte andre læser jeg gerne højt af.",
        audiences=_OPEN,
    ),
    "laerke": Said(("sæsonarbejde", "færgetider"), "På en ø er alle naboer. Det er både svaret og spørgsmålet.", "Når færgen sejler"),
    "nadia": Said(
        ("sociale indkøb", "udbud", "klausuler"),
        "Jeg skriver de linjer i et udbud, som en lille virksomhed kan byde på. Har et eksempel liggende på både kantine og vask.",
        "Mandag til onsdag", has_picture=True, audiences=_OPEN,
    ),
    "rasmus": Said(("aftaler med håndværkere", "mentor"), "Én side er nok til en aftale. Jeg sender gerne min."),
    "soeren": Said(("fonde", "forretningsmodel"), "Budgetter uden drømmetal.", audiences={Field.MAIL: Audience.EVERYONE, **_OPEN}),
    "bodil": Said(
        ("arbejdsgivers side", "sæsonarbejde"),
        "Driver Tangværket med fjorten ansatte, seks af dem på nedsat tid. Kom forbi og se det.",
        has_picture=True,
    ),
    "torben": Said(("sygefravær", "mentor"), "", "Ring gerne, også fredag"),
    "ole": Said(("sociale indkøb", "håndværkere")),
    "ulla": Said(("arbejdsgivers side", "frivillige"), "Garn, mennesker og en kasse, der skal stemme."),
    "steen": Said(("småjob",), audiences={Field.PHONE: Audience.COORDINATORS}),
    "casper": Said(("køkkener", "arbejdsgivers side"), "Kok før leder. Jeg viser gerne, hvordan vi deler en vagt i tre."),
    "aase": Said(("frivillige", "foreninger", "fonde"), "", "Bedst på mail"),
    "preben": Said(("kystturisme",), audiences={Field.PROFILE: Audience.COORDINATORS}),
    "yasmin": Said(("mentor", "dansk på arbejdspladsen"), "Jeg har selv haft en mentor. Det er derfor.", has_picture=True, audiences=_OPEN),
    "lasse": Said(("mentor", "transport"), "Jeg kører med den første uge."),
    "dorte": Said(("småjob", "transport")),
    "else": Said(("sociale indkøb", "kontrakter"), "Indkøb er den største sociale indsats, en kommune ikke kalder for en."),
    "flemming": Said(("udbud", "kontrakter"), audiences=_OPEN),
    "winnie": Said(("måling af effekt",), "Tre tal er nok, hvis det er de rigtige."),
}  # fmt: skip

# What the people of the generated networks can be asked about.
TOPICS = (
    "arbejdsgivers side", "bestyrelser", "borgerkonsulenter", "breve der virker", "dansk på arbejdspladsen", "detailhandel",
    "fleksjob", "fonde", "foreninger", "forretningsmodel", "fritidsjob", "frivillige", "fundraising", "gartnerier",
    "hjælpemidler", "håndværkere", "indkøbsaftaler", "jobsamtaler", "klausuler", "kontrakter", "kystturisme", "køkkener",
    "landbrug", "ledelse", "lærepladser", "mentor", "mentorordninger", "måling af effekt", "møder der samler", "nedsat tid",
    "offentlige indkøb", "opsøgende arbejde", "overgange", "partnerskaber", "plejecentre", "praktik", "psykisk sårbarhed",
    "regnskab", "rengøring", "sociale indkøb", "småjob", "sygefravær", "sæsonarbejde", "timebank", "transport", "udbud",
    "ungeindsats", "vaskeri", "velkomst på arbejdspladsen", "værkstedsdrift", "økonomi i små virksomheder", "årsrapporter",
)  # fmt: skip
LINES = (
    "Ring gerne, også om det, der ikke lykkedes.",
    "Jeg deler gerne de skabeloner, jeg bruger.",
    "Kom forbi og se det i virkeligheden.",
    "Har prøvet det i både en stor og en lille kommune.",
    "Jeg er ny i faget og spørger gerne igen.",
    "Spørg mig hellere for tidligt end for sent.",
)
