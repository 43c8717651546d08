"""The shape of a topic, and what people say whatever the topic is."""

from dataclasses import dataclass
from functools import cached_property

from app.cases.models import PostKind

Sentences = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Topic:
    name: str  # as in "ERFA Småjob"
    purpose: str
    titles: Sentences  # of meetings
    talks: Sentences  # points on an agenda
    bring: Sentences
    questions: Sentences  # titles of cases
    situations: Sentences  # the first sentence of a situation …
    more: Sentences  # … and what can follow any of them
    tried: Sentences
    wanted: Sentences
    asks: Sentences
    experiences: Sentences
    advice: Sentences
    reflections: Sentences
    owners: Sentences
    minutes: Sentences
    decisions: Sentences
    tasks: Sentences

    @cached_property
    def replies(self) -> dict[PostKind, Sentences]:
        return {
            PostKind.QUESTION: self.asks,
            PostKind.EXPERIENCE: self.experiences,
            PostKind.ADVICE: self.advice,
            PostKind.REFLECTION: self.reflections,
            PostKind.OWNER: self.owners,
        }


ASKS_MORE = (
    "Jeg spørger, fordi vi overså det i begyndelsen.",
    "Det ville gøre det lettere for mig at svare ordentligt.",
    "Hvor længe har det stået på?",
    "Hvem har I ellers talt med om det?",
    "Er det noget, der haster?",
    "Hvad siger din leder til det?",
    "Og hvad er det værste, der kan ske, hvis I bare prøver?",
)
EXPERIENCES_MORE = (
    "Det tog {tid}, før det sad.",
    "Første forsøg gik galt, andet forsøg gik godt.",
    "Ring endelig, hvis du vil høre, hvordan vi gjorde.",
    "Det kostede os mest tid og næsten ingen penge.",
    "Jeg havde ikke troet på det på forhånd.",
    "Vi gør det stadig, og vi er holdt op med at tale om det. Det er vist et godt tegn.",
    "Det virker ikke alle steder, men det virkede {i_kommune}.",
    "Havde vi vidst det for et år siden, havde vi sparet os selv for {n} møder.",
    "Nu bruger flere andre kommuner det samme.",
    "Bagefter sagde lederen, at vi skulle have gjort det for længst.",
    "Vi begyndte i det små, med {n} borgere, og det var klogt.",
)
ADVICE_MORE = (
    "Begynd med én, og se hvad der sker.",
    "Det kan gøres på en eftermiddag.",
    "Lad være med at vente på, at alle er enige.",
    "Skriv det ned samme dag, ellers er det glemt på {dag}.",
    "Sæt en dato på, også selv om den bliver flyttet.",
    "Og fortæl os så, hvordan det gik.",
    "Spørg {firma}, før du spørger en konsulent.",
    "Aftal fra begyndelsen, hvornår I stopper igen.",
)
REFLECTIONS_MORE = (
    "Jeg har ikke et svar, kun en undren.",
    "Det siger måske mere om os end om dem.",
    "Jeg ville nok selv have gjort det samme.",
    "Det er værd at blive lidt ved det spørgsmål.",
    "Måske er det mindre galt, end det føles lige nu.",
)
OWNERS_MORE = (
    "Jeg skriver igen, når der er gået {tid}.",
    "Det tager jeg med til mødet på {dag}.",
    "Tak, det hjalp.",
    "Jeg fortæller, hvordan det går.",
    "Tak, fordi I tænker med.",
    "Det var jeres svar, der gjorde det.",
)
REPLIES_MORE: dict[PostKind, Sentences] = {
    PostKind.QUESTION: ASKS_MORE,
    PostKind.EXPERIENCE: EXPERIENCES_MORE,
    PostKind.ADVICE: ADVICE_MORE,
    PostKind.REFLECTION: REFLECTIONS_MORE,
    PostKind.OWNER: OWNERS_MORE,
}
WELCOMES = (
    "Runde med nyt siden sidst. {Kommune} har ansat en ny konsulent, som kommer med fra næste møde.",
    "Runde med nyt siden sidst. {Kommune} har fået sin første aftale med {firma}.",
    "Runde med nyt siden sidst. {Kommune} har {n} nye på vej i arbejde og søger flere arbejdsgivere.",
    "Runde med nyt siden sidst. {Kommune} har fået nye lokaler og byder på kaffe næste gang.",
    "Velkommen til to nye medlemmer. Værten viste rundt og fortalte om stedet.",
    "Runde med nyt siden sidst. Flere kommuner har haft travlt i {tid}.",
)
TASKS_BEFORE = (
    "Alle opgaver fra sidst er løst.",
    "To opgaver er løst, og én føres videre.",
    "Én opgave mangler tal fra to kommuner og føres videre.",
    "Opgaverne er løst, og skabelonen er hentet af de fleste kommuner.",
    "Der var ingen åbne opgaver fra sidst.",
)
EVALUATIONS = tuple(
    f"{number}, og ordet var »{word}«."
    for number, word in (
        (7, "travlt"), (8, "brugbart"), (9, "nærvær"), (8, "konkret"), (9, "modigt"), (7, "tungt"), (8, "klogere"),
        (9, "lettet"), (10, "hjælp"), (8, "ærligt"),
    )
)  # fmt: skip
NEXT_TIMES = (
    "Datoen er sendt ud, og {Kommune} er vært. Sagen findes senest to uger før.",
    "{Kommune} er vært næste gang. Tovholderen sender datoen i denne uge.",
    "Næste møde holdes som aftalt. {Kommune} har en sag med.",
)
NOTES = (
    "", "", "", "", "", "", "Jeg kan være der fra kl. 10.", "Tager en ny kollega med.", "Kører selv og har plads til to.",
    "Må gå til tiden.", "Kommer med toget.", "Glæder mig.", "Har ferie den uge.", "Er på kursus samme dag.",
)  # fmt: skip
