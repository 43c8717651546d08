"""Who was there: checked in, on the list, and on the signed sheet."""
