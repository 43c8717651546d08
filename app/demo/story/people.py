"""The people of the demo. All of them are invented, and so are the enterprises."""

from dataclasses import dataclass

from app.networks.models import Role
from app.organisations.models import OrganisationKind as Kind

MUNICIPALITIES = {
    "0810": "Brønderslev",
    "0813": "Frederikshavn",
    "0860": "Hjørring",
    "0849": "Jammerbugt",
    "0825": "Læsø",
    "0846": "Mariagerfjord",
    "0773": "Morsø",
    "0840": "Rebild",
    "0787": "Thisted",
    "0820": "Vesthimmerlands",
    "0851": "Aalborg",
}
WEB_NAMES = {
    "0810": "broenderslev",
    "0813": "frederikshavn",
    "0860": "hjoerring",
    "0849": "jammerbugt",
    "0825": "laesoe",
    "0846": "mariagerfjord",
    "0773": "morsoe",
    "0840": "rebild",
    "0787": "thisted",
    "0820": "vesthimmerlands",
    "0851": "aalborg",
}
_AREAS = {**MUNICIPALITIES, "0820": "Vesthimmerland"}

# Name → kind, municipality, web name. Every municipality has its three offices; the enterprises are hand-picked.
ORGANISATIONS: dict[str, tuple[Kind, str, str]] = {
    **{f"{name} Kommune": (Kind.MUNICIPALITY, code, WEB_NAMES[code]) for code, name in MUNICIPALITIES.items()},
    **{f"Jobcenter {name}": (Kind.JOB_CENTRE, code, f"jobcenter-{WEB_NAMES[code]}") for code, name in _AREAS.items()},
    **{
        f"Erhvervskontor {name}": (Kind.BUSINESS_CENTRE, code, f"erhvervskontor-{WEB_NAMES[code]}")
        for code, name in _AREAS.items()
    },
    "Garnloftet": (Kind.SOCIAL_ENTERPRISE, "0813", "garnloftet"),
    "Klitkantinen": (Kind.SOCIAL_ENTERPRISE, "0860", "klitkantinen"),
    "Tangværket": (Kind.SOCIAL_ENTERPRISE, "0849", "tangvaerket"),
    "Lyngvaskeriet": (Kind.SOCIAL_ENTERPRISE, "0840", "lyngvaskeriet"),
    "Vestenvind Montage": (Kind.SOCIAL_ENTERPRISE, "0787", "vestenvind-montage"),
    "Østkajens Køkken": (Kind.SOCIAL_ENTERPRISE, "0851", "oestkajens-koekken"),
    "Foreningen Fælles Vej": (Kind.ASSOCIATION, "0851", "faellesvej"),
}


@dataclass(frozen=True)
class Character:
    name: str
    title: str
    organisation: str
    phone: str = ""
    account: str = ""  # the address of a demo account; the others get one from their organisation


PEOPLE = {
    "agnete": Character("Agnete Kvist Lyngby", "Systemansvarlig", "Frederikshavn Kommune", account="admin@erfa.example"),
    # ERFA Socialøkonomi
    "mette": Character("Mette Skovlyst", "Virksomhedskonsulent", "Jobcenter Brønderslev", "70 12 34 50", "medlem@erfa.example"),
    "ole": Character("Ole Tved", "Erhvervskonsulent", "Erhvervskontor Brønderslev", "70 12 34 51"),
    "jonas": Character("Jonas Thorup Bach", "Virksomhedskonsulent", "Jobcenter Frederikshavn", "70 12 34 52"),
    "ulla": Character("Ulla Kjær Sand", "Daglig leder", "Garnloftet", "70 12 34 53"),
    "preben": Character("Preben Råbjerg", "Erhvervskonsulent", "Erhvervskontor Frederikshavn"),
    "ibrahim": Character("Ibrahim Osmani", "Jobkonsulent", "Jobcenter Hjørring", "70 12 34 54"),
    "pia": Character("Pia Nørlev", "Daglig leder", "Klitkantinen"),
    "karen": Character("Karen Vestergaard Lund", "Erhvervskonsulent", "Erhvervskontor Jammerbugt", "70 12 34 56", "tovholder@erfa.example"),
    "bodil": Character("Bodil Strandby", "Leder", "Tangværket", "70 12 34 57"),
    "steen": Character("Steen Gøttrup", "Jobkonsulent", "Jobcenter Jammerbugt"),
    "laerke": Character("Lærke Bundgaard Friis", "Jobkonsulent", "Læsø Kommune", "70 12 34 58"),
    "gitte": Character("Gitte Rosenlund", "Virksomhedskonsulent", "Jobcenter Mariagerfjord", "70 12 34 61"),
    "allan": Character("Allan Brix", "Erhvervskonsulent", "Erhvervskontor Mariagerfjord"),
    "anemarie": Character("Ane Marie Kjeldbjerg", "Erhvervskonsulent", "Erhvervskontor Morsø", "70 12 34 62"),
    "torben": Character("Torben Astrup Dahl", "Jobkonsulent", "Jobcenter Rebild", "70 12 34 63"),
    "sif": Character("Sif Elkær", "Driftsleder", "Lyngvaskeriet"),
    "soeren": Character("Søren Højmark", "Erhvervskonsulent", "Erhvervskontor Thisted", "70 12 34 64"),
    "line": Character("Line Vang", "Produktionsleder", "Vestenvind Montage"),
    "rasmus": Character("Rasmus Enghave", "Virksomhedskonsulent", "Jobcenter Vesthimmerland", "70 12 34 65"),
    "bente": Character("Bente Slot", "Erhvervskonsulent", "Erhvervskontor Vesthimmerland"),
    "nadia": Character("Nadia Holm Karimi", "Specialkonsulent", "Aalborg Kommune", "70 12 34 66"),
    "casper": Character("Casper Egense", "Køkkenchef", "Østkajens Køkken"),
    "aase": Character("Aase Birkelse", "Sekretariatsleder", "Foreningen Fælles Vej"),
    "hanne": Character("Hanne Brogaard Tversted", "Jobkonsulent", "Jobcenter Hjørring"),
    # only in ERFA Småjob
    "dorte": Character("Dorte Øland", "Jobkonsulent", "Jobcenter Thisted"),
    "lasse": Character("Lasse Ravnkilde", "Mentor", "Jobcenter Aalborg"),
    "merete": Character("Merete Skarum", "Jobkonsulent", "Jobcenter Morsø"),
    "kim": Character("Kim Dalsgaard Lild", "Virksomhedskonsulent", "Jobcenter Jammerbugt"),
    "yasmin": Character("Yasmin Haddad Terp", "Mentor", "Jobcenter Frederikshavn"),
    # only in ERFA Sociale indkøb
    "else": Character("Else Aabro", "Indkøbskonsulent", "Rebild Kommune", account="udenfor@erfa.example"),
    "flemming": Character("Flemming Hvorup Juul", "Indkøbschef", "Hjørring Kommune"),
    "rikke": Character("Rikke Sønderskov", "Udbudskonsulent", "Aalborg Kommune"),
    "jens": Character("Jens Ørum Gade", "Indkøber", "Thisted Kommune"),
    "winnie": Character("Winnie Bisgaard Lund", "Økonomikonsulent", "Vesthimmerlands Kommune"),
    "henrik": Character("Henrik Mou", "Indkøber", "Mariagerfjord Kommune"),
    "signe": Character("Signe Ålbæk", "Kontraktansvarlig", "Frederikshavn Kommune"),
}  # fmt: skip

ABOUT = {
    "social": (
        "ERFA Socialøkonomi",
        "For jer, der hjælper socialøkonomiske virksomheder i gang. I år ser vi på småjob, sociale indkøb og livet efter projektet.",
    ),
    "jobs": (
        "ERFA Småjob",
        "For konsulenter og mentorer, der finder de første timer til mennesker, som længe har stået uden for arbejdsmarkedet.",
    ),
    "buying": (
        "ERFA Sociale indkøb",
        "For indkøbere og udbudsfolk, der vil give plads til socialøkonomiske virksomheder i kommunens indkøb.",
    ),
}
_MEMBER, _COORDINATOR = Role.MEMBER, Role.COORDINATOR
MEMBERS: dict[str, dict[str, Role]] = {
    "social": {
        **dict.fromkeys(
            [
                "mette",
                "ole",
                "jonas",
                "ulla",
                "preben",
                "ibrahim",
                "pia",
                "karen",
                "bodil",
                "steen",
                "laerke",
                "gitte",
                "allan",
                "anemarie",
                "torben",
                "sif",
                "soeren",
                "line",
                "rasmus",
                "bente",
                "nadia",
                "casper",
                "aase",
            ],
            _MEMBER,
        ),
        "karen": _COORDINATOR,
        "jonas": _COORDINATOR,
    },
    "jobs": {
        "ibrahim": _COORDINATOR,
        **dict.fromkeys(
            ["mette", "gitte", "torben", "rasmus", "laerke", "dorte", "lasse", "merete", "kim", "yasmin"], _MEMBER
        ),
    },
    "buying": {
        "nadia": _COORDINATOR,
        **dict.fromkeys(["else", "flemming", "rikke", "jens", "winnie", "henrik", "signe"], _MEMBER),
    },
}
LEFT = {"social": {"hanne": 340}}  # who is no longer a member, and for how many days
