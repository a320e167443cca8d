"""Two things timed in turn, so that a machine whose speed drifts is fair to both."""

import statistics
import time
from collections.abc import Callable


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def in_turn(
    works: dict[str, Callable[[], object]], rounds: int, inner: int = 1
) -> dict[str, list[float]]:
    """Seconds of one call of each work, over rounds in which each is called `inner` times."""

    def repeated(work: Callable[[], object]) -> None:
        for _ in range(inner):
            work()

    for work in works.values():
        work()
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            times[name].append(seconds(lambda work=work: repeated(work)) / inner)  # type: ignore[misc]
    return times


def ratio(times: dict[str, list[float]], other: str, ours: str) -> float:
    """Median over the rounds of how many times longer `other` took than `ours`."""
    return statistics.median(a / b for a, b in zip(times[other], times[ours], strict=True))


def median(times: list[float]) -> str:
    middle = statistics.median(times)
    return f"{1e6 * middle:,.0f} µs" if middle < 1e-3 else f"{1e3 * middle:,.1f} ms"
