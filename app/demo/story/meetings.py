"""The meetings of the hand-made networks: agendas, minutes by several hands, decisions and actions."""

from dataclasses import dataclass

from app.meetings.models import AgendaKind, AnswerWord, Presence

INFORMATION, DISCUSSION, DECISION, CASE, BREAK = AgendaKind


@dataclass(frozen=True)
class Task:
    text: str
    owner: str
    due: int  # counted from today
    done: int | None = None  # counted from today; by whom is the owner


@dataclass(frozen=True)
class Point:
    title: str
    kind: AgendaKind
    presenter: str
    minutes: int
    written: tuple[tuple[str, str], ...] = ()  # (by whom, what stood there from then on), oldest first
    decided: tuple[str, ...] = ()
    tasks: tuple[Task, ...] = ()
    key: str = ""  # a case that was brought here says so by this key


@dataclass(frozen=True)
class Held:
    """A meeting. `day` is counted from today and moved to a working day; `when` names one of the special days instead."""

    network: str
    day: int
    title: str
    host: str
    place: str
    points: tuple[Point, ...]
    when: str = ""
    starts: tuple[int, int] = (9, 30)
    length: int = 150
    online_url: str = ""
    description: str = ""
    called: int = 21  # days before
    by: str = ""
    shared: int | None = None  # days after it was held
    cancelled: int | None = None  # counted from today
    reason: str = ""
    answers: tuple[tuple[str, AnswerWord, Presence | None, str], ...] = ()
    staying_away: str = ""  # who of the members said no, where the rest said yes


ROOM = "https://moede.example/erfa-socialoekonomi"
YES, MAYBE, NO = AnswerWord.YES, AnswerWord.MAYBE, AnswerWord.NO
HERE, ONLINE = Presence


def _opening(
    written: tuple[tuple[str, str], ...] = (),
    tasks_written: tuple[tuple[str, str], ...] = (),
    by: str = "Karen Vestergaard Lund",
) -> tuple[Point, Point]:
    return (
        Point("Velkomst og nyt siden sidst", INFORMATION, "Alle", 15, written),
        Point("Opgaver fra sidst", INFORMATION, by, 10, tasks_written),
    )


def _closing(
    next_time: tuple[tuple[str, str], ...] = (),
    tasks: tuple[Task, ...] = (),
    evaluated: tuple[tuple[str, str], ...] = (),
    by: str = "Karen Vestergaard Lund",
) -> tuple[Point, ...]:
    listed = (("mette", "Opgaverne blev gennemgået, og alle har en ansvarlig og en frist."),) if tasks else ()
    return (
        Point("Beslutninger og opgaver", DECISION, "Referent", 8, listed, tasks=tasks),
        Point("Næste møde: dato, vært og sag", DECISION, by, 4, next_time),
        Point("Mødet i ét tal og ét ord", DISCUSSION, "Alle", 3, evaluated),
    )


PAUSE = Point("Pause", BREAK, "", 10)
LUNCH = Point("Frokost for dem, der har tid", BREAK, "", 0)

NEXT = Held(
    "social", 3, "Småjob hos håndværksmestre", "0849", "Tangværket, Strandvejen 4, 9690 Fjerritslev",
    when="next", online_url=ROOM, by="karen",
    description="Én aftale med en mester, som lykkedes, og én, der ikke gjorde. Uden navne.",
    points=(
        Point("Velkomst og nyt siden sidst", INFORMATION, "Alle", 15),
        Point("Opgaver fra sidst", INFORMATION, "Mette Skovlyst", 10),
        Point("Sådan ansatte vi de første fire", DISCUSSION, "Bodil Strandby, Tangværket", 25),
        PAUSE,
        Point("Hvordan får vi håndværksmestre til at sige ja til et småjob på to timer om ugen?", CASE, "Jonas Thorup Bach, Frederikshavn", 45, key="craftsmen"),
        Point("Fælles brev til mestrene", DECISION, "Gitte Rosenlund, Mariagerfjord", 30),
        Point("Beslutninger og opgaver", DECISION, "Referent", 8),
        Point("Næste møde: dato, vært og sag", DECISION, "Mette Skovlyst", 4),
        Point("Mødet i ét tal og ét ord", DISCUSSION, "Alle", 3),
        LUNCH,
    ),
    answers=(
        ("karen", YES, HERE, ""),
        ("bodil", YES, HERE, "Døren er åben fra kl. 9, og der er kaffe."),
        ("steen", YES, HERE, ""),
        ("jonas", YES, HERE, ""),
        ("ulla", YES, HERE, "Kører med Jonas."),
        ("preben", YES, ONLINE, ""),
        ("ibrahim", YES, HERE, ""),
        ("pia", YES, HERE, "Tager to kager med fra kantinen."),
        ("laerke", YES, ONLINE, "Færgen sejler ikke så tidligt."),
        ("gitte", YES, HERE, "Har udkastet til brevet med på papir."),
        ("allan", YES, HERE, ""),
        ("anemarie", YES, ONLINE, ""),
        ("torben", YES, HERE, "Kører fra Støvring kl. 8.15 og har to pladser i bilen."),
        ("sif", YES, HERE, ""),
        ("soeren", MAYBE, None, "Venter på en vikar."),
        ("rasmus", YES, HERE, ""),
        ("bente", YES, HERE, "Må køre kl. 11.30."),
        ("ole", YES, HERE, "Kører fra Brønderslev 8.30 og har to pladser i bilen."),
    ),
)  # fmt: skip

PAST = (
    Held(
        "social", -742, "Det første opkald", "0860", "Klitkantinen, Sindal", by="karen", shared=6, staying_away="bente nadia casper line",
        description="Den sætning, du plejer at begynde med, når du ringer til en virksomhed.",
        points=(
            *_opening((("karen", "Velkommen til Pia Nørlev fra Klitkantinen, som er ny i gruppen og lagde hus til."),), (("karen", "Tre af tre opgaver var løst."),)),
            Point("Et år med kantinen", DISCUSSION, "Pia Nørlev, Klitkantinen", 25, (("karen", "Kantinen begyndte med to ansatte og er nu ni. Det vigtigste i det første år var ét nej til en stor ordre."),)),
            PAUSE,
            Point(
                "Hvem skal ringe først?", CASE, "Hanne Brogaard Tversted, Hjørring", 45,
                (
                    ("karen", "Sagen blev vendt. Gruppen pegede på, at virksomheder hellere vil høre det fra en kollega end fra en konsulent."),
                    ("mette", "Sagen blev vendt i et reflekterende team. Teamet pegede på, at virksomheder hellere vil høre det fra en anden mester end fra en konsulent, og at en frist virker bedre end en ansvarsfordeling."),
                ),
                ("Gruppen besluttede, at hver kommune finder én mester, der vil ringe til andre mestre.",), key="ring",
            ),
            Point("Spilleregler i gruppen", DECISION, "Karen Vestergaard Lund", 30, (("karen", "Udkastet blev godkendt med én ændring: Vi siger det til hinanden, før vi siger det til andre."),), ("Spillereglerne gælder fra i dag og tages op igen om et år.",)),
            *_closing((("karen", "Næste møde holdes i Hobro. Mariagerfjord er vært."),), (Task("Find en tømrermester, der vil ringe til andre", "hanne", -700, -705), Task("Hold kontakten til tømrermesteren i Sindal", "ibrahim", 40)), (("karen", "8, og ordet var »lettet«."),)),
        ),
    ),
    Held(
        "social", -259, "Årets fokus og spilleregler", "0860", "Biblioteket, Hjørring", by="karen", shared=5, staying_away="casper laerke aase",
        description="Ét ønske til, hvad vi skal blive klogere på i år.",
        points=(
            *_opening((("karen", "Line Vang fra Vestenvind Montage er ny i gruppen. Morsø har fået penge til et toårigt forløb."),), (("karen", "Alle opgaver fra sidst er løst."),)),
            Point("Hvad lærte vi sidste år?", DISCUSSION, "Alle", 25, (("karen", "To ting gik igen: Det første opkald skal komme fra en kollega, og aftalen skal kunne stå på én side."),)),
            PAUSE,
            Point(
                "Årets fokus", DECISION, "Karen Vestergaard Lund", 45,
                (
                    ("karen", "Seks forslag blev til tre: småjob, sociale indkøb og livet efter projektet."),
                    ("jonas", "Seks forslag blev til tre: småjob, sociale indkøb og livet efter projektet. De tre øvrige ligger på parkeringspladsen."),
                ),
                ("Årets fokus er småjob, sociale indkøb og livet efter projektet.", "Vi holder fire møder om året, og værtskommunen vælger oplægget."),
            ),
            Point("Spilleregler og tavshed", DECISION, "Jonas Thorup Bach", 30, (("karen", "Spillereglerne er læst op og gælder uændret. Sager fortælles uden navne og genkendelige detaljer."),), ("Spillereglerne gælder uændret et år mere.",)),
            *_closing((("karen", "Næste møde holdes i Støvring. Rebild er vært, og Aalborg har en sag med om et lille indkøb."),), (Task("Send spillereglerne til de nye medlemmer", "karen", -250, -255), Task("Spørg alle elleve, hvem der kan være vært næste år", "jonas", -190, -192)), (("karen", "9, og ordet var »retning«."),)),
        ),
    ),
    Held(
        "social", -189, "Sociale indkøb i praksis", "0840", "Biblioteket, Støvring", by="karen", shared=4, staying_away="ulla line",
        description="Et krav fra et indkøb, som virkede, eller et, der ikke gjorde.",
        points=(
            *_opening((("mette", "Lyngvaskeriet har fået en fast aftale med to plejecentre. Frederikshavn søger en ny konsulent."),), (("mette", "To af to opgaver er løst. Listen over værter er på plads."),)),
            Point("Da vi vandt vores første aftale", DISCUSSION, "Sif Elkær, Lyngvaskeriet", 25, (("mette", "Sif fortalte om buddet på plejecentrenes vask. Prisen var ikke den laveste. Det, der talte, var en fast afhentning og et navn at ringe til."),)),
            PAUSE,
            Point(
                "Hvordan skriver vi sociale hensyn ind i et lille indkøb uden at skræmme leverandørerne?", CASE, "Nadia Holm Karimi, Aalborg", 45,
                (
                    ("mette", "Aalborg bad om hjælp til et lille indkøb af frugt og mødeforplejning."),
                    ("karen", "Aalborg bad om hjælp til et lille indkøb af frugt og mødeforplejning. Gruppen pegede på, at det er opfølgningen og ikke kravet, der holder de små væk."),
                    ("mette", "Aalborg bad om hjælp til et lille indkøb af frugt og mødeforplejning. Gruppen pegede på, at det er opfølgningen og ikke kravet, der holder de små væk. Nadia sender det ud igen med ét mål og to samtaler om året."),
                ),
                ("Gruppen besluttede, at små indkøb beskrives med et mål og højst to opfølgninger om året.",),
                (Task("Skriv en halv side om åben telefon før et indkøb", "preben", -150, -151),), key="buying",
            ),
            Point("En oversigt over indkøbsaftaler", DECISION, "Nadia Holm Karimi, Aalborg", 30, (("mette", "Gruppen ønsker en samlet oversigt over, hvem der køber hvad hos socialøkonomiske virksomheder."),), ("Hver kommune sender sine aftaler til Karen, som samler dem.",), (Task("Saml oversigten over indkøbsaftaler", "karen", 12),)),
            *_closing((("mette", "Næste møde holdes i Frederikshavn. Thisted har en sag med."),), (Task("Send Rebilds tal til Karen", "torben", -120, -118),), (("mette", "8, og ordet var »konkret«."),)),
        ),
    ),
    Held(
        "social", -60, "Når projektet slutter", "0813", "Havnehuset, Frederikshavn", by="karen", shared=2, staying_away="laerke line steen casper aase bente allan",
        description="Navnet på den kunde, du helst ikke vil miste. Sig det ikke højt.",
        points=(
            *_opening(
                (("mette", "Frederikshavn viste rundt i Havnehuset, hvor tre småjob i caféen nu er blevet til faste timer. Hjørring har ansat en ny konsulent, som kommer med fra næste møde."),),
                (
                    ("mette", "To af tre opgaver var løst."),
                    ("karen", "To af tre opgaver var løst. Oversigten over indkøbsaftaler mangler tal fra to kommuner og føres videre."),
                ),
            ),
            Point("Oplæg: et år efter den sidste bevilling", DISCUSSION, "Ulla Kjær Sand, Garnloftet", 25, (("mette", "Lederen af en genbrugsbutik fortalte om det første år uden tilskud. Tre ting bar virksomheden igennem: en fast aftale med boligforeningen, en bestyrelse med en købmand i og et halvt års varsel om, at pengene hørte op."),)),
            PAUSE,
            Point(
                "Hvem ejer kunderne, når projektet slutter?", CASE, "Søren Højmark, Thisted", 45,
                (
                    ("mette", "Thisted bad om hjælp til en virksomhed, hvis kunder alle er fundet gennem projektets konsulent."),
                    ("jonas", "Thisted bad om hjælp til en virksomhed, hvis kunder alle er fundet gennem projektets konsulent. Gruppen pegede på, at kontakten skal overdrages, mens konsulenten stadig er der."),
                    ("mette", "Thisted bad om hjælp til en virksomhed, hvis kunder alle er fundet gennem projektets konsulent. Gruppen pegede på, at kontakten skal overdrages, mens konsulenten stadig er der, og at det bør stå i den første aftale."),
                ),
                ("Gruppen besluttede, at overdragelse af kunder skrives ind i samarbejdsaftalen seks måneder før et projekt slutter.",),
                (Task("Skriv afsnittet om overdragelse til den fælles skabelon", "soeren", -31, -33),), key="customers",
            ),
            Point("Fælles skabelon for samarbejdsaftaler", DECISION, "Ole Tved, Brønderslev", 30, (("karen", "Brønderslevs skabelon bruges som udgangspunkt. Den skal være kortere, før den deles."),), ("Gruppen bruger Brønderslevs skabelon som fælles udgangspunkt.", "Skabelonen tages op igen, når fem kommuner har brugt den.")),
            *_closing(
                (("mette", "{next_long} kl. 9.30 i Fjerritslev. Jammerbugt er vært, og Frederikshavn har en sag med om håndværksmestre."),),
                (
                    Task("Del skabelon for samarbejdsaftale", "ole", -24, -1),
                    Task("Spørg jobcentret om mentortimer", "mette", 3),
                    Task("Invitér brancheforeningen til et oplæg", "mette", -2),
                ),
                (("mette", "9, og ordet var »modigt«."),),
            ),
        ),
    ),
    Held(
        "social", -11, "Kort onlinemøde om brevet til mestrene", "0846", "", by="karen", starts=(13, 0), length=45, online_url=ROOM, called=9, staying_away="ulla preben pia steen allan sif line bente casper aase soeren",
        description="Læs udkastet først. Det er på en halv side.",
        points=(
            Point("Udkastet, linje for linje", DISCUSSION, "Gitte Rosenlund, Mariagerfjord", 30, (("karen", "Første linje skal være mesters egen. Vi prøver: »Hvad når I aldrig?«"),), tasks=(Task("Ret brevet til og send det rundt inden mødet", "gitte", 1),)),
            Point("Hvem skriver under?", DECISION, "Karen Vestergaard Lund", 15, (("karen", "To holdninger: kommunerne eller en mester fra hver kommune. Tages op på mødet i Fjerritslev."),), tasks=(Task("Spørg tre mestre, om de vil skrive under", "karen", 2),)),
        ),
    ),
    Held(
        "jobs", -75, "De første fem dage", "0787", "Jobcentret, mødelokale 2, Thisted", by="ibrahim", starts=(9, 0), length=120, shared=3, staying_away="laerke",
        points=(
            *_opening((("ibrahim", "Thisted har fået tre nye småjob i detailhandlen. Morsø har sin første ansættelse på et plejehjem."),), by="Ibrahim Osmani"),
            Point("Hvad sker der på dag tre?", DISCUSSION, "Dorte Øland, Thisted", 40, (("ibrahim", "De fleste, der stopper, stopper på dag tre til fem. Grunden er sjældent opgaven og ofte pausen."),), ("Alle aftaler, hvem borgeren spiser frokost med de første fem dage.",), (Task("Skriv de fem dage op på én side", "dorte", -50, -52),)),
            PAUSE,
            Point("Hvor få timer er for få?", CASE, "Kim Dalsgaard Lild, Jammerbugt", 30, (("ibrahim", "Gruppen hælder til to korte besøg frem for ét langt. Det er ansigterne, der skal genkendes."),)),
            Point("Næste møde: dato, vært og sag", DECISION, "Ibrahim Osmani", 15, (("ibrahim", "Næste møde holdes i Hobro. Mariagerfjord er vært."),)),
        ),
    ),
    Held(
        "jobs", -12, "Hvad siger vi til kollegerne?", "0846", "Borgerhuset, Hobro", by="ibrahim", starts=(9, 0), length=120, shared=1, staying_away="lasse dorte",
        points=(
            *_opening((("ibrahim", "Ni af elleve kommuner har nu småjob i gang. Brønderslev har fået en kort aftaleskabelon."),), (("ibrahim", "Siden om de fem første dage er skrevet og bruges i fire kommuner."),), by="Ibrahim Osmani"),
            Point(
                "Tre sætninger, som borgeren selv skriver", DISCUSSION, "Merete Skarum, Morsø", 45,
                (
                    ("ibrahim", "Merete fortalte om sætningerne: Det er jeg god til. Det skal I vide. Sådan siger I til mig."),
                    ("gitte", "Merete fortalte om sætningerne: Det er jeg god til. Det skal I vide. Sådan siger I til mig. Gruppen prøvede selv at skrive dem, og den tredje var sværest for alle."),
                ),
                ("Alle prøver de tre sætninger ved den næste ansættelse og fortæller om det på næste møde.",),
            ),
            PAUSE,
            Point("Korte aftaler", DECISION, "Mette Skovlyst, Brønderslev", 25, (("ibrahim", "Brønderslev lægger sin skabelon op, når lønkontoret har set den."),), (), (Task("Læg Brønderslevs aftaleskabelon op", "mette", 18), Task("Spørg lønkontoret, om en halv side er nok", "mette", -4, -5))),
            Point("Næste møde: dato, vært og sag", DECISION, "Ibrahim Osmani", 15, (("ibrahim", "Næste møde holdes i Frederikshavn. Mariagerfjord har en sag med om at vokse i timer."),)),
        ),
    ),
    Held(
        "buying", -70, "Små bud på store opgaver", "0860", "Rådhuset, lokale 2, Hjørring", by="nadia", starts=(10, 0), length=120, shared=4, staying_away="henrik",
        points=(
            *_opening((("nadia", "Velkommen til Signe Ålbæk fra Frederikshavn."),), by="Nadia Holm Karimi"),
            Point(
                "Må vi dele en opgave op, så en lille virksomhed kan byde?", CASE, "Jens Ørum Gade, Thisted", 45,
                (
                    ("nadia", "Thisted vil dele plejen af grønne områder op."),
                    ("else", "Thisted vil dele plejen af grønne områder op. Gruppen anbefaler, at begrundelsen skrives ned, og at den nuværende leverandør får det at vide først."),
                ),
                ("Gruppen samler eksempler på opgaver, der er delt op, og hvad det gjorde ved prisen.",), (Task("Saml eksempler på delte opgaver", "else", 9), Task("Skriv Hjørrings erfaring med kirkegårdene ned", "flemming", -40, -42)), key="split",
            ),
            PAUSE,
            Point("Næste møde: dato, vært og sag", DECISION, "Nadia Holm Karimi", 20, (("nadia", "Næste møde holdes i Aars. Vesthimmerland er vært."),)),
        ),
    ),
)  # fmt: skip

_SHORT_AGENDA = (
    Point("Velkomst og nyt siden sidst", INFORMATION, "Alle", 15),
    Point("Opgaver fra sidst", INFORMATION, "Karen Vestergaard Lund", 10),
    Point("Oplæg fra værten", DISCUSSION, "Værten", 25),
    PAUSE,
    Point("En sag fra gruppen", DISCUSSION, "Den, der melder sig", 45),
    Point("Beslutninger og opgaver", DECISION, "Referent", 45),
)

COMING = (
    NEXT,
    Held("social", 24, "Virksomhedsbesøg: tre år med Garnloftet", "0813", "Garnloftet, Sæby", by="karen", starts=(13, 0), length=120, called=40, cancelled=-4, reason="Garnloftet flytter til større lokaler i samme uge. Vi finder en ny dato efter flytningen.", points=(Point("Rundvisning", INFORMATION, "Ulla Kjær Sand, Garnloftet", 60), Point("Spørgsmål og kaffe", DISCUSSION, "Alle", 60))),
    Held("social", 33, "Værter, datoer og et nyt fokus", "0773", "Biblioteket, Nykøbing Mors", by="karen", called=35, points=_SHORT_AGENDA, description="Et forslag til, hvad vi skal se på det næste år."),
    Held("social", 0, "Efter vinteren: hvem er her stadig?", "0825", "Medborgerhuset, Byrum", when="spring", by="karen", called=45, online_url=ROOM, starts=(10, 30), length=120, points=_SHORT_AGENDA, description="Færgen er i havn kl. 9.55. Vi går til Medborgerhuset sammen."),
    Held("social", 0, "Midtvejs: hvad virker?", "0851", "Østkajens Køkken, Aalborg", when="autumn", by="karen", called=45, points=_SHORT_AGENDA, description="Én ting, I er holdt op med, og hvorfor."),
    Held("jobs", 17, "Fra to timer til otte", "0813", "Jobcentret, mødelokale 1, Frederikshavn", by="ibrahim", starts=(9, 0), length=120, points=(*_opening(by="Ibrahim Osmani"), Point("Hvornår er et småjob klar til at vokse?", DISCUSSION, "Gitte Rosenlund, Mariagerfjord", 45), PAUSE, Point("De tre sætninger: hvad skete der?", DISCUSSION, "Alle", 40))),
    Held("buying", 8, "Fra krav til opfølgning", "0820", "Rådhuset, lokale 1, Aars", by="nadia", starts=(10, 0), length=120, points=(*_opening(by="Nadia Holm Karimi"), Point("Hvem holder øje med det sociale krav?", DISCUSSION, "Winnie Bisgaard Lund, Vesthimmerlands", 50), PAUSE, Point("Fælles eksempler på delte opgaver", DECISION, "Else Aabro, Rebild", 35)), answers=(("nadia", YES, HERE, ""), ("winnie", YES, HERE, ""), ("rikke", YES, HERE, "Tager toget."), ("jens", MAYBE, None, ""))),
)  # fmt: skip
