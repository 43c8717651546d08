"""Which page of a long list is shown, and which others are offered."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """Page `number` (from 1) of `total` things, `size` on each. A number beyond the end is the last page."""

    number: int
    size: int
    total: int

    @classmethod
    def of(cls, total: int, *, asked: int | None, size: int) -> "Page":
        last = max(1, -(-total // size))
        return cls(min(max(asked or 1, 1), last), size, total)

    @property
    def count(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size

    @property
    def shown(self) -> list[int | None]:
        """The first, the last and the neighbours; None where some are left out."""
        near = sorted({1, self.count, *range(max(1, self.number - 1), min(self.count, self.number + 1) + 1)})
        shown: list[int | None] = []
        for number in near:
            if shown and shown[-1] is not None and number - shown[-1] > 1:
                shown.append(None)
            shown.append(number)
        return shown
