"""The cases of the hand-made networks, as their owners told them, and what colleagues answered."""

from dataclasses import dataclass

from app.cases.models import PostKind

Q, E, A, R, O = PostKind.QUESTION, PostKind.EXPERIENCE, PostKind.ADVICE, PostKind.REFLECTION, PostKind.OWNER  # noqa: E741 - five kinds of reply in a column


@dataclass(frozen=True)
class Reply:
    author: str
    kind: PostKind
    day: int  # counted from today: -1 is yesterday
    body: str
    is_by_mail: bool = False
    attached: str = ""  # the name of a file


@dataclass(frozen=True)
class Told:
    """A case. `at` is the agenda item it was brought to, by the key that `story/meetings.py` gives it."""

    network: str
    author: str
    day: int
    title: str
    situation: str
    tried: str
    wanted: str
    replies: tuple[Reply, ...] = ()
    at: str = ""
    closed: int | None = None
    read_by: tuple[tuple[str, int], ...] = ()  # who has read how far, where it is not to the end


def _case(network: str, author: str, day: int, title: str, **more: object) -> Told:
    return Told(network, author, day, title, **more)  # type: ignore[arg-type]


CASES = (
    _case(
        "social", "hanne", -782, "Hvem skal ringe først?",
        situation="Når vi har fundet en borger, der er klar til nogle få timer, går der ofte to uger, før nogen ringer til en virksomhed. Jobcentret venter på erhvervskontoret, og erhvervskontoret venter på jobcentret. Imens mister borgeren modet.",
        tried="Et fælles skema, som ingen udfylder, og et ugentligt møde, som tit bliver aflyst.",
        wanted="Hvordan har I fordelt det første opkald? Og hvad siger I, når I ringer?",
        at="ring", closed=-690,
        replies=(
            Reply("gitte", Q, -781, "Hvem kender virksomheden bedst i forvejen? Er det altid den samme hos jer?"),
            Reply("hanne", O, -781, "Nej, det skifter. Små håndværkere kender vi fra jobcentret, butikkerne kender erhvervskontoret."),
            Reply("karen", E, -780, "Hos os ringer den, der sidst har været på besøg. Det står i en linje i kalenderen, ikke i et skema. Vi gik fra fjorten dage til tre."),
            Reply("soeren", A, -779, "Aftal en frist i stedet for en person. Er der ikke ringet inden to dage, må den anden gøre det uden at spørge."),
            Reply("bodil", E, -778, "Set fra virksomheden: Jeg er ligeglad med, hvem der ringer. Men jeg vil helst høre det fra en, der selv driver noget. En anden mester slår alle konsulenter."),
            Reply("rasmus", R, -776, "Måske venter vi på hinanden, fordi ingen af os bryder os om at få et nej."),
            Reply("hanne", O, -690, "Vi gjorde, som Bodil sagde. En tømrermester fra byen har ringet til seks andre, og fire har sagt ja. Jobcentret følger op dagen efter. Tak for hjælpen, det gør vi stadig."),
        ),
    ),
    _case(
        "social", "rasmus", -402, "Hvordan taler vi med små firmaer om skånejob?",
        situation="Vi har flere firmaer med to til fem ansatte, som gerne vil tage et ansvar. Så snart vi nævner skånejob, løntilskud og refusion, bliver der stille i den anden ende. De har ikke et kontor, der kan tage sig af papirerne.",
        tried="Vi har skrevet en vejledning på fire sider. Den blev læst af os selv.",
        wanted="Ord, der virker. Og gode greb til at tage papirarbejdet fra mester uden at love noget, vi ikke kan holde.",
        closed=-310,
        replies=(
            Reply("torben", Q, -401, "Hvad er det første, de spørger om, når de tør?"),
            Reply("rasmus", O, -401, "Om de hænger på manden, hvis det ikke går. Altid det."),
            Reply("ibrahim", E, -400, "Vi er holdt op med at sige skånejob i den første samtale. Vi siger: »Han kan tre timer om dagen, og vi ordner lønnen sammen med dig den første måned.« Ordningens navn kommer først, når de spørger."),
            Reply("gitte", A, -399, "Skriv det på én side med tre overskrifter: Det gør du. Det gør vi. Sådan stopper vi igen. Den tredje er vigtigst."),
            Reply("anemarie", E, -396, "På Mors sidder en bogholder fra erhvervskontoret med ved det første papir. Det tager tyve minutter, og så er skrækken væk."),
            Reply("rasmus", O, -310, "Vi har nu én side, og bogholderen låner vi af Ane Marie de første gange. Fem aftaler på tre måneder. Jeg lukker sagen, skriv endelig, hvis I vil se siden."),
        ),
    ),
    _case(
        "social", "gitte", -351, "Hvordan siger vi farvel til en mentor?",
        situation="Mentoren var god, måske for god. Da timerne slap op, stoppede kontakten fra den ene dag til den anden, og to af tre holdt op med at møde på arbejde inden for en måned.",
        tried="En afskedssamtale i den sidste uge. Den gjorde det nærmest værre.",
        wanted="Hvordan trapper I ned, så det ikke føles som at blive sluppet?",
        closed=-200,
        replies=(
            Reply("sif", E, -350, "Hos os overtager en kollega på vaskeriet lidt ad gangen. De sidste fire uger kommer mentoren kun, når kollegaen selv ringer efter hende."),
            Reply("torben", A, -349, "Sig slutdatoen højt den første dag. Så er det en plan og ikke en straf."),
            Reply("mette", E, -347, "Vi har lavet et kort med tre navne, som borgeren selv har valgt. Det hænger på køleskabet. Mentoren er kun det ene af dem."),
            Reply("laerke", R, -346, "Jeg tænker på, om det er mentoren eller os, der har svært ved at sige farvel."),
            Reply("gitte", O, -200, "Fulgt op to gange nu: De fem, der fik slutdatoen første dag og en kollega på arbejdspladsen, er her endnu alle sammen."),
        ),
    ),
    _case(
        "social", "nadia", -204, "Hvordan skriver vi sociale hensyn ind i et lille indkøb uden at skræmme leverandørerne?",
        situation="Vi skal købe frugtordning og mødeforplejning til fire steder i kommunen. Beløbet er langt under grænsen for udbud, så vi må gerne spørge direkte. Sidst vi skrev et socialt krav på, bød kun én, og det var ikke en af dem, vi havde håbet på.",
        tried="Et krav om to ansatte i job med støtte og et skema med dokumentation hver måned.",
        wanted="Formuleringer, der kan bruges, og jeres erfaring med at følge op uden at drukne i skemaer.",
        at="buying", closed=-150,
        replies=(
            Reply("allan", Q, -203, "Spurgte I leverandørerne, før I skrev kravet?"),
            Reply("nadia", O, -203, "Nej. Det burde vi nok have gjort."),
            Reply("casper", E, -202, "Jeg var en af dem, der ikke bød. Det var ikke kravet, det var skemaet hver måned. En samtale to gange om året havde været helt fint."),
            Reply("bente", A, -201, "Skriv, hvad I gerne vil opnå, og lad dem selv foreslå hvordan. Vi fik tre vidt forskellige bud, og alle tre kunne bruges."),
            Reply("preben", E, -199, "Vi holdt et kvarters åben telefon en onsdag formiddag, før vi sendte det ud. Fem ringede, fire bød."),
            Reply("nadia", O, -150, "Vi sendte det ud igen med ét mål og to samtaler om året. Fire bud, og Østkajens Køkken leverer nu til to af stederne."),
        ),
    ),
    _case(
        "social", "soeren", -82, "Hvem ejer kunderne, når projektet slutter?",
        situation="En virksomhed med syv ansatte har fået alle sine kunder gennem projektets konsulent. Aftalerne er mundtlige, og konsulenten stopper om tre måneder. Lederen er dygtig til faget, men har aldrig selv ringet til en kunde.",
        tried="Vi har talt med bestyrelsen, som mener, at det må konsulenten klare inden da.",
        wanted="Hvordan overdrager man kunder, mens der endnu er tid? Og hvad skulle vi have skrevet i den første aftale?",
        at="customers",
        replies=(
            Reply("bodil", Q, -81, "Ved kunderne godt, at konsulenten er betalt af et projekt?"),
            Reply("soeren", O, -81, "Nogle gør. De fleste tror vist, at han er ansat i virksomheden."),
            Reply("ulla", E, -80, "Vi stod der for to år siden. Konsulenten tog mig med ud til alle kunder over seks uger, og jeg skrev selv den næste regning med mit navn på. Vi mistede én ud af elleve."),
            Reply("karen", A, -79, "Skriv en liste over, hvem der kender hvem, og læg den på bestyrelsens bord. Når de ser, at alle streger går til den samme person, forstår de det."),
            Reply("aase", A, -78, "Bed konsulenten om kun at svare på mails med lederen på kopi fra i morgen. Det koster ikke noget, og det begynder overdragelsen."),
            Reply("soeren", O, -58, "Tak for mødet. Vi har lavet listen, og lederen og konsulenten er nu ude sammen hver torsdag. Jeg skriver, når vi ved, hvor mange der bliver."),
            Reply("pia", R, -55, "Jeg sidder tilbage med, at vi alle har en konsulent som jeres. Vi har bare ikke tegnet stregerne."),
        ),
    ),
    _case(
        "social", "anemarie", -47, "Hvilke fonde giver til de første lønkroner?",
        situation="Tre mennesker vil starte et lille gartneri med plads til fem ansatte i få timer. De har jord, drivhus og en aftale med to butikker. Det, de mangler, er løn til en daglig leder det første år. De fonde, vi kender, giver kun til ting, man kan skrue fast.",
        tried="To ansøgninger. Begge fik afslag med den begrundelse, at løn er drift.",
        wanted="Har nogen af jer fået en fond til at betale løn i begyndelsen? Hvordan skrev I det?",
        replies=(
            Reply("bente", Q, -46, "Har de et regnskab eller et budget, som en købmand har kigget på?"),
            Reply("anemarie", O, -46, "Et budget, ja. Købmanden kommer på torsdag."),
            Reply("karen", E, -45, "Vi fik løn igennem, da vi kaldte det oplæring: en leder, der lærer fem nye op over tolv måneder, med mål for hvornår lønnen kommer fra salget."),
            Reply("ulla", A, -43, "Gå til den lokale sparekasses fond først. Beløbet er lille, men så er der en anden, der har sagt ja, når I skriver til den store."),
            Reply("aase", E, -41, "Ring, før I skriver. Jeg har fået tre ud af fire ansøgninger i hus, siden jeg begyndte at ringe. Den fjerde sparede jeg mig selv for at skrive."),
            Reply("anemarie", O, -33, "Jeg har ringet. Vi søger igen med et oplæringsforløb, og sparekassen har givet det første beløb. Svar ventes om seks uger."),
        ),
    ),
    _case(
        "social", "line", -36, "Hvordan måler vi effekt, uden at det bliver skemaer det hele?",
        situation="Vi er tolv på værkstedet, og otte af os er i småjob eller fleksjob. Kommunen vil gerne se effekt, fonden vil se effekt, og bestyrelsen vil se bundlinje. Jeg bruger en dag om måneden på tal, som ingen ringer tilbage om.",
        tried="Et skema med nitten spørgsmål. De ansatte svarer det, de tror, jeg gerne vil høre.",
        wanted="Hvad måler I, som er få tal og alligevel sandt?",
        replies=(
            Reply("nadia", A, -35, "Spørg dem, der skal have tallene, hvad de ville gøre anderledes, hvis tallet var et andet. Kan de ikke svare, så lad være med at måle det."),
            Reply("sif", E, -34, "Vi har tre: timer i alt, hvor mange der er her efter et år, og én sætning fra hver ansat hvert halve år om, hvad der er blevet nemmere. Sætningen er den, byrådet husker."),
            Reply("ibrahim", E, -32, "Fremmøde. Kedeligt, men det passer. Når folk kommer, er det godt, og når de holder op med at komme, er der noget galt."),
            Reply("line", O, -30, "Jeg prøver med timer, fremmøde og sætningen. Fonden har sagt ja til det."),
            Reply("torben", R, -29, "Det er sjovt, at det, vi måler mest af, er det, der er lettest at tælle, og det, vi taler om til jul, er det, ingen har talt."),
        ),
    ),
    _case(
        "social", "laerke", -27, "Kan sæsonarbejde på en ø blive til et fast småjob?",
        situation="Fra maj til september mangler alle hænder: campingpladsen, røgeriet, cykeludlejningen. Fra oktober er der næsten intet. Vi har fem mennesker, der trives med nogle få timer om ugen, men som falder tilbage hver vinter. Og færgen bestemmer, hvem der kan komme hvornår.",
        tried="At lade den samme person skifte mellem tre arbejdsgivere hen over året. Det strandede på tre sæt nøgler, tre lønsedler og tre måder at gøre tingene på.",
        wanted="Har nogen fået flere små arbejdsgivere til at deles om én ansat hele året?",
        read_by=(("mette", 1),),
        replies=(
            Reply("soeren", Q, -26, "Hvem af de tre kunne tænke sig at være den, der har lønnen?"),
            Reply("laerke", O, -25, "Røgeriet, tror jeg. De har alligevel en, der laver løn."),
            Reply("preben", E, -22, "Vi har noget, der ligner, i Sæby: Havnen ansætter, og to butikker køber timerne. Én lønseddel, én at ringe til. Det tog en vinter at blive enige om prisen, og nu kører det på tredje år."),
            Reply("casper", A, -20, "Find vinterarbejdet først. Om sommeren siger alle ja, så det er vinteren, aftalen skal bygges om. Reparation af cykler? Maling af hytter?"),
            Reply("laerke", O, -12, "Cykelreparationen er god. Udlejningen har firs cykler, som skal gennemgås, før sæsonen begynder. Vi holder møde med de tre den første mandag i næste måned, på land, for færgen sejler kun to gange."),
        ),
    ),
    _case(
        "social", "bodil", -24, "Hvornår er vi store nok til at ansætte en daglig leder?",
        situation="Tangværket er vokset til fjorten mennesker, og seks af dem er i småjob. Jeg er både leder, sælger, chauffør og den, de ringer til om aftenen. Regnskabet kan bære en halv stilling, ikke en hel.",
        tried="At give en af de ansatte mere ansvar. Det gik godt, indtil det blev travlt.",
        wanted="Hvad gav I fra jer først, da I stod samme sted? Salget, driften eller menneskene?",
        replies=(
            Reply("sif", E, -23, "Driften. Jeg troede, det var den, jeg skulle holde fast i, men det var menneskene. Vores driftsleder begyndte på atten timer."),
            Reply("karen", Q, -23, "Hvad af det, du laver, er der kun dig, der kan?"),
            Reply("bodil", O, -22, "Ærligt talt: salget. Og nøglen til laden."),
            Reply("ulla", A, -21, "Skriv i to uger op, hvad du bliver afbrudt af. Ansæt en til det, der står øverst. Det er sjældent det, man tror."),
            Reply("pia", E, -19, "Vi delte en leder med en forening i tre år. Hun var her mandag til onsdag. Det er lettere at finde en, der vil have en hel stilling, end en halv."),
        ),
    ),
    _case(
        "social", "sif", -19, "Frivillige og ansatte i samme butik: hvem gør hvad?",
        situation="Vi har fået en lille butik ved siden af vaskeriet. Seks frivillige står i den, og fire er ansat i få timer. De frivillige er hurtige og mange, og de ansatte ender med at stå og se på. To har sagt op.",
        tried="En vagtplan, hvor de er på hver sin dag. Så mangler vi hænder, når der er travlt.",
        wanted="Hvordan gør I det tydeligt, hvis arbejde det er, uden at såre nogen?",
        replies=(
            Reply("aase", E, -18, "Hos os har de ansatte nøglen og kassen. De frivillige spørger de ansatte, ikke omvendt. Det blev sagt højt på et møde med kage, og to frivillige holdt op. Resten er glade."),
            Reply("torben", Q, -17, "Ved de frivillige, hvorfor butikken er der?"),
            Reply("sif", O, -16, "De ved, at overskuddet går til vaskeriet. Jeg er ikke sikker på, at de ved, at jobbene er hele meningen."),
            Reply("pia", A, -14, "Skriv to lister og hæng dem op: »Det gør vi« og »Det hjælper vi med«. De ansatte skriver den første."),
        ),
    ),
    _case(
        "social", "allan", -15, "Bussen kører ikke, når småjobbet begynder. Hvad gør I?",
        situation="Vi har fundet fire småjob i et bageri og på et lager. De begynder klokken fem og seks om morgenen. Den første bus er der 7.40, og ingen af de fire har kørekort. Arbejdsgiverne vil gerne, men kan ikke flytte brødet til klokken otte.",
        tried="Samkørsel med en kollega. Det holdt, til kollegaen blev syg.",
        wanted="Alt, der har virket: knallert, kørselsordning, andre tider, en chauffør på deling?",
        replies=(
            Reply("steen", E, -14, "Vi lånte penge ud til to el-cykler gennem en lokal forening. Den ene er betalt tilbage, den anden står i en garage. Halvt held."),
            Reply("rasmus", E, -13, "Lageret hos os delte vagten, så småjobbet blev den sidste del og ikke den første. De fandt ud af, at det faktisk passede dem bedre at få fejet, når bilerne var kørt."),
            Reply("gitte", A, -11, "Bed dem gå dagen igennem time for time sammen med dig. Der er næsten altid noget, der ligger efter klokken ni, som ingen når."),
            Reply("allan", O, -8, "Vi gik bagerens dag igennem. Bakkerne vaskes klokken ti. To er begyndt i mandags."),
        ),
    ),
    _case(
        "social", "ole", -11, "Hvor meget skal der stå i en aftale på to timer om ugen?",
        situation="Vores skabelon til samarbejdsaftaler fylder seks sider, fordi den også skal kunne bruges til løntilskud og praktik. Til et småjob på to timer om ugen virker den som at skrive under på et huslån.",
        tried="At strege ud i hånden sammen med mester. Det ser ikke tillidsvækkende ud.",
        wanted="Hvad er det mindste, der skal stå? Må jeg se jeres?",
        replies=(
            Reply("jonas", Q, -10, "Hvem er det egentlig, der har brug for de seks sider?"),
            Reply("ole", O, -10, "Godt spørgsmål. Jeg tror, de voksede frem, en side for hver gang noget gik galt."),
            Reply("bente", E, -9, "Vores er på en halv side: hvem, hvornår, hvad, løn, hvem ringer man til, og hvordan stopper vi. Juristen har set den."),
            Reply("mette", E, -7, "Vi er gået i gang med en kort udgave i Brønderslev. Jeg lægger den op, så snart lønkontoret har kigget på den."),
        ),
    ),
    _case(
        "social", "mette", -6, "Hvordan får vi jobcenter og erhvervskontor til at bruge den samme liste?",
        situation="Vi har to lister over virksomheder, der vil være med. Den ene ligger hos os, den anden hos erhvervskontoret. I sidste uge fik en tømrer to opkald på samme dag om det samme.",
        tried="Et delt regneark. Efter en måned var der tre udgaver af det.",
        wanted="Hvem ejer listen hos jer, og hvordan holder I den levende?",
        read_by=(("mette", 1),),
        replies=(
            Reply("ole", R, -5, "Jeg var det andet opkald. Det var ikke vores bedste dag."),
            Reply("preben", E, -2, "Hos os må kun én skrive i listen, og det er receptionen. Alle andre ringer derud. Det lyder gammeldags, men listen passer."),
            Reply("nadia", A, -1, "Begynd med de tyve, I ringer til oftest, og glem resten. En kort liste, der passer, slår en lang, der ikke gør."),
        ),
    ),
    _case(
        "social", "jonas", -5, "Hvordan får vi håndværksmestre til at sige ja til et småjob på to timer om ugen?",
        situation="Vi har elleve mennesker, der gerne vil arbejde lidt, og omkring tredive små håndværksfirmaer inden for en halv times kørsel. Mestrene er venlige i telefonen, men siger næsten altid nej. De tror, det bliver besværligt.",
        tried="En folder, to morgenmøder med få fremmødte og opkald fra jobcentret. De to, der sagde ja, kendte en kollega, som havde gjort det før.",
        wanted="Jeres erfaringer med det første spørgsmål: hvad siger I, hvem siger det, og hvad gør I, når mester tøver? Jeg skal beslutte mig inden {decide_by}.",
        at="craftsmen",
        read_by=(("mette", 2), ("karen", 2)),
        replies=(
            Reply("torben", Q, -3, "Hvem ringer til mestrene i dag, og præsenterer de sig som jobcenter?"),
            Reply("jonas", O, -3, "Ja, det gør vi. Det er nok en del af svaret.", is_by_mail=True),
            Reply("gitte", E, -1, "Vi lod en murermester ringe til tre andre mestre. Han sagde: »Jeg har en, der fejer og rydder op tirsdag og torsdag. Det koster mig mindre end at gøre det selv.« To af tre sagde ja samme dag.\n\nDet tog ham en halv time. Vi gav kaffe.", attached="Sådan ringede mureren"),
            Reply("ibrahim", A, -1, "Spørg om opgaven, ikke om pladsen. »Hvad når I aldrig?« giver en liste. Så er småjobbet pludselig mesters idé."),
            Reply("soeren", R, -1, "Jeg lægger mærke til, at vi taler om mestrenes tvivl. Måske er det vores egen tvivl, de hører."),
        ),
    ),
    _case(
        "social", "torben", -2, "Hvad gør vi, når mentoren stopper midt i forløbet?",
        situation="En af vores mentorer har fået nyt arbejde og stopper om fjorten dage. Hun følger fire mennesker, og to af dem er begyndt i småjob i denne måned. Vi kan ikke nå at ansætte en ny.",
        tried="Vi har spurgt de andre mentorer. De er fyldt op.",
        wanted="Hvem kan overtage, og hvordan siger vi det til de fire?",
        read_by=(("mette", -1), ("karen", -1)),
        replies=(Reply("sif", Q, -1, "Har I spurgt de fire, hvem de selv ville ringe til?"),),
    ),
    # ERFA Småjob
    _case(
        "jobs", "kim", -160, "Hvor få timer er for få?",
        situation="En lagerchef siger ja til én time om ugen. Borgeren vil gerne, men kollegerne når aldrig at lære ham at kende, og han sidder alene i pausen, hvis der er en pause.",
        tried="At lægge to timer sammen hver anden uge. Så glemmer alle, om det er i denne uge.",
        wanted="Hvor går jeres grænse, og hvad får få timer til at hænge sammen?",
        closed=-120,
        replies=(
            Reply("dorte", E, -159, "To gange en time er bedre end én gang to. Det er ansigterne, der skal genkendes, ikke opgaven."),
            Reply("lasse", A, -158, "Læg timen, så den rammer frokosten. Så er det en frokost med en time på, og alle ved, hvem han er."),
            Reply("kim", O, -120, "Tirsdag og fredag fra elleve til tolv, og så frokost. Han har fået sit eget krus. Jeg lukker sagen."),
        ),
    ),
    _case(
        "jobs", "merete", -31, "Hvad siger I til kollegerne, før den nye begynder?",
        situation="Vi har tavshedspligt, og arbejdspladsen vil gerne vide, hvad de skal tage hensyn til. Siger vi ingenting, gætter de. Siger vi for meget, har vi sagt noget, vi ikke må.",
        tried="At lade chefen sige det, han synes. Det blev enten til alt eller ingenting.",
        wanted="Jeres faste sætninger, hvis I har nogle.",
        read_by=(("mette", 2),),
        replies=(
            Reply("ibrahim", A, -30, "Lad borgeren selv skrive tre sætninger, som må læses op: Det er jeg god til. Det skal I vide. Sådan siger I til mig."),
            Reply("yasmin", E, -28, "Vi øver det på en gåtur dagen før. Den tredje sætning er den sværeste, og den bedste."),
            Reply("rasmus", Q, -26, "Må vi låne de tre sætninger til vores velkomstbrev?"),
            Reply("merete", O, -25, "Tag dem endelig. Vi har brugt dem to gange nu, og det var begge gange borgeren selv, der læste højt."),
        ),
    ),
    _case(
        "jobs", "gitte", -9, "Hvornår er et småjob klar til at vokse?",
        situation="En af dem, der begyndte på to timer, spørger selv om flere. Arbejdsgiveren siger ja til seks. Jeg er bange for, at vi går for hurtigt frem, for sidst endte det med en sygemelding.",
        tried="At lægge én time til hver måned. Det passer sjældent med opgaverne.",
        wanted="Hvilke tegn holder I øje med, og hvem bestemmer farten?",
        replies=(
            Reply("lasse", Q, -8, "Hvad laver hun på de dage, hvor hun ikke er på arbejde?"),
            Reply("torben", E, -6, "Vi øger først, når der har været en dårlig uge, som gik over af sig selv. Det lyder bagvendt, men så ved vi, at det holder."),
        ),
    ),
    # ERFA Sociale indkøb
    _case(
        "buying", "jens", -98, "Må vi dele en opgave op, så en lille virksomhed kan byde?",
        situation="Vi køber pleje af grønne områder samlet for hele kommunen. En socialøkonomisk virksomhed kunne klare tre af de toogtyve områder godt, men aldrig det hele.",
        tried="Vi har spurgt den nuværende leverandør, om han vil bruge virksomheden som underleverandør. Han svarede venligt og gjorde det ikke.",
        wanted="Hvem har delt op, og hvad skal vi passe på?",
        at="split", closed=-60,
        replies=(
            Reply("rikke", A, -97, "I må godt dele op, så længe I regner værdien af det hele sammen, når I ser på, hvilke regler der gælder. Skriv jeres begrundelse ned, mens I husker den."),
            Reply("flemming", E, -95, "Vi delte kirkegårdene fra. Prisen pr. område steg lidt, og klagerne forsvandt. Det regnestykke kunne udvalget godt lide."),
            Reply("else", Q, -94, "Hvordan forklarede I det for ham, der havde det hele før?"),
            Reply("flemming", E, -93, "Jeg tog ud og sagde det, før vi sendte det ud. Han bød på resten og vandt det."),
            Reply("jens", O, -60, "Tre områder er delt fra og udbudt for sig. To bud, begge fra virksomheder vi ikke kendte. Tak."),
        ),
    ),
    _case(
        "buying", "winnie", -40, "Hvem holder øje med det sociale krav, når kontrakten er skrevet under?",
        situation="Vi har sociale krav i ni kontrakter. Da revisionen spurgte, kunne vi vise kravet i alle ni og opfølgningen i to.",
        tried="En fælles påmindelse i økonomisystemet. Den kommer, og så klikker man den væk.",
        wanted="Hvem gør det hos jer, og hvor lang tid tager det?",
        replies=(
            Reply("signe", E, -39, "Den, der bruger ydelsen, ringer én gang i kvartalet og skriver tre linjer. Ikke os i indkøb. Vi spørger kun, hvis linjerne mangler."),
            Reply("rikke", A, -37, "Skriv opfølgningen ind i kontrakten som to møder om året med dato. Så er det leverandøren, der minder jer om det."),
            Reply("winnie", O, -20, "Vi prøver med møderne i de næste tre kontrakter. Else, må jeg låne jeres dagsorden?"),
            Reply("else", E, -19, "Ja, den ligger klar. Den er på fire punkter og tager en halv time."),
        ),
    ),
    _case(
        "buying", "else", -7, "Hvordan finder vi de små virksomheder, der kan levere?",
        situation="Når jeg leder efter en leverandør til kantine eller rengøring, finder jeg altid de samme tre. Jeg ved, at der er flere, men de står ikke nogen steder, hvor jeg kigger.",
        tried="Jeg har ringet til erhvervskontoret. De kendte to mere.",
        wanted="Har I en liste, eller har I en måde at spørge på?",
        replies=(
            Reply("henrik", E, -6, "Vi holder åbent hus for leverandører en gang om året. Det koster kaffe til fyrre, og jeg har fundet fem, jeg ikke kendte."),
            Reply("nadia", A, -5, "Spørg virksomhederne selv. De kender hinanden. Den, der har travlt, giver gerne et navn videre."),
            Reply("signe", Q, -1, "Hvad er det næste, du skal købe? Så kigger jeg i vores mapper."),
        ),
    ),
)  # fmt: skip
