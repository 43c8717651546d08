"""Who is invited, and who asks to join. All of them are invented."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Invited:
    network: str
    email: str
    name: str
    by: str
    sent: int  # days from today
    word: str = ""
    role: str = "member"
    answer: str = ""  # accepted, declined, withdrawn
    answered: int = 0  # days from today
    said: str = ""


@dataclass(frozen=True)
class Asked:
    network: str
    person: str
    day: int
    word: str


OPEN = {"social"}  # networks that others may ask to join

INVITED = (
    Invited("social", "line.toftlund@broenderslev.example", "Line Toftlund", "karen", -3,
            "Hej Line.\nDu fortalte om jeres vaskeri i Brønderslev. Det vil de andre gerne høre mere om, og vi har to, der sidder med det samme spørgsmål."),
    Invited("social", "ejvind.gravlev@jobcenter-rebild.example", "Ejvind Gravlev", "karen", -9,
            "Torben siger, at du overtager småjobbene efter nytår. Kom og mød os andre."),
    Invited("social", "anders.lodberg@jobcenter-thisted.example", "Anders Lodberg", "jonas", -1, role="coordinator",
            word="Vil du være tovholder sammen med Karen og mig? Så står netværket stærkere."),
    Invited("social", "kirsten.nymoelle@erhvervskontor-hjoerring.example", "Kirsten Nymølle", "karen", -37),
    Invited("social", "poul.klejtrup@mariagerfjord.example", "Poul Klejtrup", "karen", -24, answer="declined",
            answered=-22, said="Tak for tilbuddet. Jeg går på pension til sommer, men spørg Gitte, hvem der overtager."),
    Invited("buying", "medlem@erfa.example", "Mette Skovlyst", "nadia", -2,
            "Hej Mette. På næste møde taler vi om, hvordan indkøb og jobcenter finder hinanden. Dig mangler vi."),
    Invited("jobs", "grethe.thorup@jobcenter-aalborg.example", "Grethe Thorup", "ibrahim", -5),
)  # fmt: skip

ASKED = (
    Asked("social", "else", -1,
          "Jeg sidder med indkøb i Rebild og møder de samme virksomheder som jer, bare fra den anden side af bordet. Jeg vil gerne høre, hvad der skal til, før de tør byde."),
    Asked("social", "dorte", -6,
          "Søren har fortalt om jeres møder. Jeg har tre, der vil starte selv, og mangler nogen at spørge."),
)  # fmt: skip
