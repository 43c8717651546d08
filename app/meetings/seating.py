"""Whose seat a free seat may be: so many in all, some of them kept for the members from certain municipalities."""

from collections import Counter
from collections.abc import Iterable, Mapping


class Seating:
    """The seats of a place and who sits on them, counted by municipality (None: from nowhere in particular).

    `reserved` are kept for a municipality; the rest, and what its own members need beyond their reserve, are for everybody.
    Who sits stays, also when there are fewer seats by now than people: then nobody new gets one.
    """

    def __init__(self, capacity: int, reserved: Mapping[str, int], taken: Iterable[str | None] = ()) -> None:
        self.capacity, self.reserved = capacity, reserved
        self.by_code: Counter[str | None] = Counter(taken)

    @property
    def taken(self) -> int:
        return self.by_code.total()

    @property
    def free(self) -> int:
        """Seats that nobody has; reserved ones too."""
        return max(self.capacity - self.taken, 0)

    def kept_free(self) -> dict[str, int]:
        """Municipality → how many of its reserved seats nobody has taken yet."""
        left = {code: seats - self.by_code[code] for code, seats in self.reserved.items()}
        return {code: seats for code, seats in left.items() if seats > 0}

    def may_sit(self, code: str | None) -> bool:
        """Whether there is a seat for somebody from there: one of the free ones that are not kept for others."""
        kept_for_others = sum(seats for other, seats in self.kept_free().items() if other != code)
        return self.capacity - self.taken - kept_for_others > 0

    def sit(self, code: str | None) -> None:
        self.by_code[code] += 1
