"""Items that are on their way to an agenda: proposed by members, waiting in a network's backlog, or moved on from a meeting."""
