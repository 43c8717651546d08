"""Calendar files of other programs, taken over as meetings."""
