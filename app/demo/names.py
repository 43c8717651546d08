"""Names, titles and places to draw from. Surnames are picked among rare ones, so that no real person is meant."""

FIRST_NAMES = (
    "Agnes Aisha Alma Amir Anders Anja Anna Annette Arne Asger Astrid Aya Bent Berit Birgit Birthe Bjarne Bo Brian Britta "
    "Carl Camilla Charlotte Christian Dagny Dan Ditte Ebbe Edith Elin Elise Emil Erik Esben Eva Fatima Finn Frida Frank Grethe "
    "Gunnar Hamid Hanne Hans Heidi Helle Henriette Inger Ingrid Ivan Jan Jette Jakob Jeppe Johanne Josefine Julie Jytte "
    "Kaj Karin Kasper Kirsten Kjeld Klaus Kristian Laila Lars Laura Leif Lena Linda Lis Lone Louise Mads Magnus Malene "
    "Maria Marie Martin Mia Michael Mikkel Mohammed Mona Morten Nanna Niels Nina Omar Oscar Otto Palle Per Pernille "
    "Peter Poul Ragnhild Randi Rebecca Rune Ruth Sami Samira Sanne Sara Simon Sofie Stig Stine Susanne Svend Tanja Thea Thomas "
    "Tine Tobias Tove Trine Troels Tyra Vagn Vibeke Villy Vivi Zahra Åge Åse Øjvind"
).split()
MIDDLE_NAMES = (
    "Aagaard Balle Bech Bisgaard Borg Brandt Bro Dam Dige Falk Gade Glad Grøn Hald Hede Holm Hvid Høj Juul Kjær Klit Krog "
    "Lind Lund Munk Nygaard Odder Ravn Riis Rye Skou Sand Skov Stald Storm Svane Toft Thorup Vestergaard Winther"
).split()
LAST_NAMES = (
    "Aabrink Aslund Birkelse Bjerrehus Bolbro Brøndlund Dalsborg Egebæk Elkær Engkrog Fjeldhave Fuglebro Gammelmark Grønhave "
    "Hagelund Havnsø Hedelyng Hjortmose Hvidsted Højbæk Ilsig Kalkær Kaldsø Klitmose Klosterbæk Kornhøj Kærhave Kildemark "
    "Langvad Lindehøj Lyngbro Lyngvig Mariendahl Mellemgård Mosekrog Møllehave Nebelmark Nordenbæk Nørhave Overlade Ovesholt "
    "Rimmer Ravnhøj Rosenbæk Rugmark Rævdal Sandmose Sivhøj Skarrild Skovsted Solbjerg Stenhave Strandmark Svanemose Søndervig "
    "Tangbo Tornkær Tranholt Ulvedal Vangkær Vestenbæk Vibhøj Viemose Åhave Ålborghus Ørsvig Østenkær Østergrav"
).split()

OFFICE_TITLES = {
    "municipality": ("Konsulent", "Specialkonsulent", "Indkøbskonsulent", "Projektleder", "Teamleder", "Udviklingskonsulent"),
    "job_centre": ("Jobkonsulent", "Virksomhedskonsulent", "Mentor", "Socialrådgiver", "Afdelingsleder", "Beskæftigelseskonsulent"),
    "business_centre": ("Erhvervskonsulent", "Iværksætterrådgiver", "Erhvervschef", "Projektleder"),
    "social_enterprise": ("Daglig leder", "Driftsleder", "Værkstedsleder", "Butiksleder", "Produktionsleder"),
    "association": ("Sekretariatsleder", "Foreningskonsulent", "Frivilligkoordinator"),
}  # fmt: skip

ENTERPRISE_BEGINNINGS = (
    "Birke Bølge Eng Fyr Havre Hede Hvedemark Klokke Klit Korn Lyng Marehalm Mose Måge Rav Rug Sand Siv Skov Sten Strand Tang "
    "Tidsel Tjørne Vind"
).split()
ENTERPRISE_ENDINGS = (
    ("bageriet", "bageriet"), ("gartneriet", "gartneriet"), ("kantinen", "kantinen"), ("køkkenet", "koekkenet"), ("montagen", "montagen"),
    ("rengøringen", "rengoeringen"), ("systuen", "systuen"), ("trykkeriet", "trykkeriet"), ("vaskeriet", "vaskeriet"), ("værkstedet", "vaerkstedet"),
)  # fmt: skip

TOWNS = {
    "0810": ("Brønderslev", "Hjallerup", "Dronninglund"),
    "0813": ("Frederikshavn", "Sæby", "Skagen"),
    "0860": ("Hjørring", "Hirtshals", "Sindal"),
    "0849": ("Aabybro", "Brovst", "Fjerritslev"),
    "0825": ("Byrum", "Vesterø"),
    "0846": ("Hobro", "Hadsund", "Arden"),
    "0773": ("Nykøbing Mors",),
    "0840": ("Støvring", "Skørping", "Nørager"),
    "0787": ("Thisted", "Hurup", "Hanstholm"),
    "0820": ("Aars", "Løgstør", "Farsø"),
    "0851": ("Aalborg", "Nibe", "Svenstrup"),
}
ROOMS_IN_FIRST_TOWN = ("Rådhuset, lokale 2", "Jobcentret, mødelokale 1", "Erhvervskontoret, mødelokalet", "Rådhuset, lokale 4")
ROOMS_ANYWHERE = ("Biblioteket", "Kulturhuset", "Borgerhuset", "Medborgerhuset", "Forsamlingshuset")

AREAS = ("Vendsyssel", "Himmerland", "ved Limfjorden", "Thy og Mors", "langs kysten", "i øst", "i vest", "i små byer")

# For the slots in the sentences of `topics`.
NUMBERS = ("tre", "fire", "fem", "seks", "syv", "otte", "ni", "elleve", "tolv", "fjorten")
SPANS = ("tre uger", "to måneder", "fire måneder", "et halvt år", "seks uger", "en god måned", "tre måneder", "knap et år")
WEEKDAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag")
FIRMS = (
    "en tømrer", "en murermester", "en fiskehandler", "en lokal købmand", "et bageri", "et gartneri", "en campingplads", "et vaskeri",
    "en genbrugsbutik", "en malermester", "et lille lager", "et værksted", "en blomsterhandler", "et plejehjem", "en landbrugsskole",
)  # fmt: skip
IN_MUNICIPALITY = (
    "i Brønderslev", "i Frederikshavn", "i Hjørring", "i Jammerbugt", "på Læsø", "i Mariagerfjord", "på Mors", "i Rebild",
    "i Thisted", "i Vesthimmerland", "i Aalborg",
)  # fmt: skip
MUNICIPALITY_WORDS = (
    "Brønderslev", "Frederikshavn", "Hjørring", "Jammerbugt", "Læsø", "Mariagerfjord", "Morsø", "Rebild", "Thisted",
    "Vesthimmerland", "Aalborg",
)  # fmt: skip
