"""What the members of a network promise each other before they enter, in versions, and who has promised what."""
