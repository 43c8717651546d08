"""A network's year on one page: themes, hosts and months, and the meetings made from it."""
