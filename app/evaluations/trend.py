"""A network's evaluations as a chart: places for a drawing that needs no style, beside the table that says the same."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.evaluations.queries import Outcome

HEIGHT = 100
STEP = 44  # from one meeting to the next
BAR = 14
LOWEST, HIGHEST = 1, 5
LATEST = 8  # as many as can be told apart on a phone; the table has them all


@dataclass(frozen=True)
class Bars:
    """One meeting's two bars. A bar begins at 0, so that twice as high is twice as good."""

    outcome: Outcome
    x: int
    whole: int
    useful: int


@dataclass(frozen=True)
class Chart:
    bars: list[Bars]
    width: int
    lines: list[tuple[int, int]]  # a number of the scale and how high it is


def _up(value: float) -> int:
    return round(value / HIGHEST * HEIGHT)


def chart_of(outcomes: Sequence[Outcome]) -> Chart | None:
    """None while fewer than two meetings have something to show: one bar is no trend."""
    shown = [outcome for outcome in outcomes if outcome.is_there][-LATEST:]
    if len(shown) < 2:
        return None
    bars = [Bars(outcome, index * STEP, _up(outcome.whole), _up(outcome.useful)) for index, outcome in enumerate(shown)]
    return Chart(bars, len(bars) * STEP, [(number, _up(number)) for number in range(LOWEST, HIGHEST + 1)])
