"""Long work in pieces, each kept as soon as it is finished: a run that was killed goes on."""

import contextlib
import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import joblib
import pandas as pd
from tqdm import tqdm

from model.cluster import connected


def make_each(
    make: Callable[[int], pd.DataFrame],
    numbers: Iterable[int],
    place: Path | None,
    doing: str,
    unit: str,
    jobs: int = -1,
    scheduler: str | None = None,
) -> list[pd.DataFrame]:
    """Make the table of every number, with a progress bar; in the order of the numbers.

    Parameters
    ----------
    make : callable
        From a number; must not depend on what else is made, or where.
    numbers : iterable of int
    place : Path, optional
        A folder in which every finished table is kept, and from which those are taken that an
        earlier run finished.
    doing, unit : str
        For the progress bar.
    jobs : int
        At a time on this machine; -1 for one a core.
    scheduler : str, optional
        Address of a Dask scheduler, whose workers then do the work.
    """
    numbers = list(numbers)
    done = {} if place is None else read_finished(place, numbers)
    work = [joblib.delayed(_numbered)(make, number) for number in numbers if number not in done]
    with (
        _workers(scheduler),
        tqdm(total=len(numbers), initial=len(done), unit=unit, desc=doing) as bar,
    ):
        for number, table in joblib.Parallel(n_jobs=jobs, return_as="generator_unordered")(work):
            done[number] = table
            if place is not None:
                place.mkdir(parents=True, exist_ok=True)
                write_table(table, place / "being written")
                (place / "being written").replace(place / f"{number}.parquet")
            bar.update()
    return [done[number] for number in numbers]


def _numbered(make: Callable[[int], pd.DataFrame], number: int) -> tuple[int, pd.DataFrame]:
    return number, make(number)


@contextlib.contextmanager
def _workers(scheduler: str | None) -> Iterator[None]:
    """Let joblib's work be done by the workers of a Dask scheduler, if there is one."""
    if scheduler is None:
        yield
        return
    with connected(scheduler), joblib.parallel_config(backend="dask"):
        yield


def hash_of(files: Iterable[Path]) -> str:
    """Short hash of what a result depends on: data, and the code that makes it."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def read_finished(place: Path, numbers: Iterable[int]) -> dict[int, pd.DataFrame]:
    """Read the tables that an earlier run finished."""
    paths = {number: place / f"{number}.parquet" for number in numbers}
    return {number: pd.read_parquet(path) for number, path in paths.items() if path.exists()}


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table as Parquet; same table, same bytes."""
    table.to_parquet(path, index=False, compression="zstd")
