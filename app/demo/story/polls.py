"""A date that is looked for: who can when, one letter for each date (y yes, m if need be, n no)."""

TITLE = "Hvornår kan vi mødes efter nytår?"
PLACE = "Biblioteket, Nykøbing Mors"
HOST = "0773"
WORD = "Vi skal have to sager med. Skriv gerne, om du har en."
ASKED = -4  # days from today
CLOSES = 5
DATES = (56, 58, 64, 70, 85)  # days ahead
VOTES = {
    "jonas": "ymyyn",
    "ibrahim": "nyymn",
    "karen": "yyyyn",
    "laerke": "nynmn",
    "gitte": "yynym",
    "anemarie": "myyyn",
    "torben": "yyynn",
    "soeren": "nymyy",
    "rasmus": "yynyn",
}
WORDS = {"laerke": "Tirsdage går færgen først kl. 10.", "rasmus": "Jeg kan have en sag om lagerarbejde med."}
