"""What the people of the demo say of a meeting: a number, another, and sometimes a word."""

NUMBERS = ((4, 4), (5, 4), (4, 5), (3, 4), (5, 5), (4, 3), (4, 4), (2, 3), (5, 4), (3, 3), (4, 5))
WORDS = (
    "Energi", "", "Mere tid til sagerne næste gang", "Brugbart", "", "Ærligt", "", "Lidt for mange punkter", "Varmt",
    "", "Vi skal slutte til tiden", "Overraskende", "", "Jeg har tre ting med hjem", "God frokost", "",
)  # fmt: skip
