"""Files that people attach: kept once, checked, and handed out safely."""
