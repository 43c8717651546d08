"""Lists of members as files: read in from spreadsheets, and written out."""
