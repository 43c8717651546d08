"""What every feature stands on: clock, database types, errors, forms, formats, safe text. Knows no feature."""
