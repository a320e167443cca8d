"""Predicted survival of a file of cases: which kind of file it is decides how it is read."""

from pathlib import Path

from model.cluster import SchedulerError
from model.language import _
from model.scoring.rows import opened
from model.scoring.stream import score_csv
from model.survival.prediction import PooledModel
from model.tables.refused import UnusableInputError


def score(
    name: str,
    output: Path | None,
    model: PooledModel,
    days: tuple[int, ...],
    more: dict[str, str] | None = None,
    scheduler: str | None = None,
) -> None:
    """Write one row per case, treatment and day.

    Parameters
    ----------
    name : str
        Path of the cases, with the columns `CASE_COLUMNS`: a CSV file (``-`` for standard input),
        a Parquet file, or a folder of Parquet files. What is written is of the same kind.
    output : Path, optional
        Default, for CSV only: standard output.
    model : PooledModel
    days : tuple of int
        Days since relapse or progression.
    more : dict of str to str, optional
        Columns that follow `PREDICTION_COLUMNS`, the same on every row.
    scheduler : str, optional
        Address of a Dask scheduler, for Parquet only.

    Raises
    ------
    UnusableInputError
        Naming the bad rows by line, column, value and what was expected; nothing is written.
    """
    if is_parquet(name):
        from model.scoring.parquet import Work, score_parquet

        try:
            score_parquet(Path(name), output, Work(model, days, more or {}), scheduler)
        except SchedulerError as error:
            raise UnusableInputError(f"--scheduler: {error}") from None
    elif scheduler is None:
        score_csv(name, output, model, days, more or {})
    else:
        raise UnusableInputError(_("--scheduler: is for Parquet files, which can be shared out"))


def is_parquet(name: str) -> bool:
    """Whether cases are to be read as Parquet: a folder, or a file named or made so."""
    path = Path(name)
    if name == "-" or not path.exists():
        return False
    if path.is_dir() or path.suffix == ".parquet":
        return True
    if not path.is_file():
        return False
    with opened(path, name) as file:
        return file.read(4) == b"PAR1"
