"""Predicted survival of cases in Parquet files, on one core or on many.

A file is read and written in batches of rows, and its columns are judged by their distinct values.
The files of a folder are scored by workers of Dask, each file by one of them into a file of the
same name: by one worker a core of this machine, or by those of a scheduler, who must see both
folders under the same paths.
"""

import contextlib
import functools
import logging
import os
import shutil
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from tqdm import tqdm

from model import cluster
from model.case import Problem
from model.cluster import SchedulerError, connected
from model.language import _
from model.scoring.rows import say_no_rows, say_unused, wrong_header
from model.scoring.stream import (
    CASE_COLUMNS,
    KNOWN_COLUMNS,
    USED_COLUMNS,
    note_progress,
    predictor,
    progress,
    value_of,
)
from model.survival.pattern import PATTERNS, patterns_of
from model.survival.prediction import PooledModel
from model.survival.support import SUPPORT
from model.tables.columns import unused_names
from model.tables.refused import Problems, UnusableInputError

# Rows of a batch of the output, about: some tens of megabytes.
ROWS_AT_A_TIME = 500_000


@dataclass(frozen=True)
class Work:
    """What is to be said of every case: see `model.scoring.score.score`."""

    model: PooledModel
    days: tuple[int, ...]
    more: dict[str, str]

    @property
    def cases_at_a_time(self) -> int:
        """Cases of a batch."""
        return ROWS_AT_A_TIME // (len(self.model.options) * len(self.days)) + 1


@dataclass(frozen=True)
class Scored:
    """What became of a file: how many cases it has, what is wrong with them, what is not used."""

    cases: int
    problems: Problems
    unused: list[str]


def score_parquet(
    source: Path, output: Path | None, work: Work, scheduler: str | None = None
) -> None:
    """Score a Parquet file into another, or the files of a folder into a new folder.

    Parameters
    ----------
    source, output : Path
    work : Work
    scheduler : str, optional
        Address of a Dask scheduler. By default a file is scored in this process, and those of a
        folder by one worker a core of this machine.

    Raises
    ------
    UnusableInputError
        Naming the bad rows by file, row, column, value and what was expected; nothing is written.
    SchedulerError
        If the scheduler cannot be reached, or its workers are lost.
    """
    sources = sorted(source.glob("*.parquet")) if source.is_dir() else [source]
    if not sources:
        said = _("{place}: is a folder without Parquet files (*.parquet)")
        raise UnusableInputError(said.format(place=source))
    if output is None:
        raise UnusableInputError(_("-o: must say where to write what is read from Parquet"))
    # A link stays a link; nothing but a file is ever replaced.
    target = output.resolve()
    if target.exists() and (source.is_dir() or not target.is_file()):
        said = _("{place}: is there already; name one that is not")
        raise UnusableInputError(said.format(place=output))
    unfinished = target.with_name(f".{os.getpid()}.unfinished")
    problems = Problems(str(source))
    try:
        unfinished.mkdir()
        with progress(str(source)) as bar:
            if scheduler is None and len(sources) == 1:
                note = functools.partial(note_progress, bar)
                scored = [score_file(sources[0], unfinished, work, note)]
            else:
                scored = score_on_workers(sources, unfinished, work, scheduler, bar)
        for one in scored:
            problems.add_all(one.problems)
        say_unused(str(source), list(dict.fromkeys(name for one in scored for name in one.unused)))
        problems.raise_if_any()
        if not any(one.cases for one in scored):
            say_no_rows(str(source))
        finished = unfinished if source.is_dir() else unfinished / source.name
        finished.replace(target)
    except OSError as error:
        raise UnusableInputError(f"{output}: {error.strerror or error}") from None
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


@contextlib.contextmanager
def workers(scheduler: str | None, n_files: int) -> Iterator[Any]:
    """Give a client of the scheduler, or of workers on this machine, one a core."""
    if scheduler is not None:
        with connected(scheduler) as client:
            try:
                client.wait_for_workers(1, timeout=cluster.SECONDS_TO_CONNECT)
            except TimeoutError:
                said = _("{scheduler} has no workers").format(scheduler=scheduler)
                raise SchedulerError(said) from None
            found = [client.run_on_scheduler(find_spec, __package__)]
            if not all([*found, *client.run(find_spec, __package__).values()]):
                said = _(
                    "{scheduler} or a worker of it does not find this program; start them with its "
                    "folder as PYTHONPATH"
                )
                raise SchedulerError(said.format(scheduler=scheduler))
            yield client
        return
    from dask.distributed import Client, LocalCluster
    from dask.system import CPU_COUNT

    n_workers = min(CPU_COUNT, n_files)
    with contextlib.ExitStack() as stack:
        with uninterrupted():
            local = stack.enter_context(
                LocalCluster(
                    n_workers=n_workers,
                    threads_per_worker=1,
                    dashboard_address=None,
                    silence_logs=logging.ERROR,
                )
            )
        yield stack.enter_context(Client(local))


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Let Ctrl-C wait, and processes started meanwhile never get it: this one ends them itself."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    # Started later, it would let the signal through again.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def score_on_workers(
    sources: Sequence[Path], folder: Path, work: Work, scheduler: str | None, bar: tqdm
) -> list[Scored]:
    """Let workers of Dask score each file into a folder; results in the order of the files."""
    from dask.distributed import KilledWorker, as_completed

    with workers(scheduler, len(sources)) as client:
        shared = client.scatter(work, broadcast=True)
        futures = client.map(score_file, sources, folder=folder, work=shared, pure=False)
        sizes = {f.key: s.stat().st_size for f, s in zip(futures, sources, strict=True)}
        read = 0
        try:
            for future in as_completed(futures):
                read += sizes[future.key]
                note_progress(bar, future.result().cases, read / sum(sizes.values()))
            return [future.result() for future in futures]
        except KilledWorker:
            raise SchedulerError(_("a worker was lost, most likely for want of memory")) from None


def score_file(
    source: Path, folder: Path, work: Work, note: Callable[[int, float], None] | None = None
) -> Scored:
    """Score one file into one of the same name in a folder, or say what is wrong with it.

    Parameters
    ----------
    note : callable, optional
        Is told after each batch how many cases it had, and what share of the file is done.
    """
    problems = Problems(str(source))
    cases = 0
    unused: list[str] = []
    try:
        with contextlib.ExitStack() as stack:
            file = parquet_file(stack.enter_context(source.open("rb")))
            unused = unused_names(file.schema_arrow.names, USED_COLUMNS)
            writer = None
            for batch in batches(file, work.cases_at_a_time):
                pattern, days_survived = judged(batch, cases + 1, problems)
                cases += batch.num_rows
                if not problems.count:
                    scored = predictions(names(batch), pattern, days_survived, work)
                    if writer is None:
                        # Without Arrow's own schema what is coded here is read back as plain text.
                        path = folder / source.name
                        writer = pq.ParquetWriter(path, scored.schema, store_schema=False)
                        stack.enter_context(writer)
                    writer.write_batch(scored)
                if note is not None:
                    note(batch.num_rows, cases / max(1, file.metadata.num_rows))
    except UnusableInputError as error:
        # Said with what is wrong elsewhere, not raised: a worker would log it as its own failure.
        problems.add(str(error))
    except OSError as error:
        problems.add(_("cannot be scored: {error}").format(error=error.strerror or error))
    return Scored(cases, problems, unused)


def parquet_file(content: BinaryIO) -> pq.ParquetFile:
    """Open a Parquet file with the columns of cases, or say in words why it is not one."""
    try:
        file = pq.ParquetFile(content)
    except (pa.ArrowException, OSError):
        raise UnusableInputError(_("is not a Parquet file")) from None
    columns = file.schema_arrow.names
    if wrong := wrong_header(columns, CASE_COLUMNS, KNOWN_COLUMNS):
        raise UnusableInputError("; ".join(wrong))
    for column in file.schema_arrow:
        if column.name in KNOWN_COLUMNS and pa.types.is_nested(column.type):
            said = _("column {column} does not hold one value a row")
            raise UnusableInputError(said.format(column=column.name))
    return file


def batches(file: pq.ParquetFile, size: int) -> Iterator[pa.RecordBatch]:
    """Read the columns of cases in batches of rows; one without rows if the file has none."""
    columns = [name for name in KNOWN_COLUMNS if name in file.schema_arrow.names]
    try:
        if not file.metadata.num_rows:
            schema = pa.schema([file.schema_arrow.field(name) for name in columns])
            yield pa.RecordBatch.from_pylist([], schema)
        yield from file.iter_batches(size, columns=columns, use_threads=False)
    except (pa.ArrowException, OSError):
        raise UnusableInputError(_("is a Parquet file that is damaged")) from None


def names(batch: pa.RecordBatch) -> pa.Array:
    """What the cases of a batch are called, as text; nothing where they are not."""
    try:
        return batch["case_id"].cast(pa.string()).fill_null("")
    except pa.ArrowException:
        raise UnusableInputError(_("column case_id: does not hold text")) from None


def judged(
    batch: pa.RecordBatch, first_row: int, problems: Problems
) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """Read the cases of a batch, noting what is wrong with them.

    Returns
    -------
    pattern : ndarray of int, shape (n_cases,)
        Index into `PATTERNS`.
    days_survived : ndarray of int, shape (n_cases,)
    """
    read = {"days_survived": np.zeros(batch.num_rows, np.int64)}
    bad: list[tuple[int, int, Problem]] = []
    for number, field in enumerate(name for name in batch.schema.names if name != "case_id"):
        coded = batch[field].dictionary_encode()
        distinct = [value_of(field, value) for value in (*coded.dictionary.to_pylist(), None)]
        code = coded.indices.fill_null(len(distinct) - 1).to_numpy()
        wrong = np.array([isinstance(value, Problem) for value in distinct])
        bad += [(int(row), number, distinct[code[row]]) for row in np.flatnonzero(wrong[code])]
        read[field] = np.array([0 if isinstance(v, Problem) else v for v in distinct])[code]
    for row, _number, problem in sorted(bad, key=lambda one: one[:2]):
        said = _("row {row}, column {problem}")
        problems.add(said.format(row=first_row + row, problem=problem))
    return patterns_of(read), read["days_survived"]


def predictions(
    case_id: pa.Array, pattern: NDArray[np.intp], days_survived: NDArray[np.int64], work: Work
) -> pa.RecordBatch:
    """Lay predictions out as `PREDICTION_COLUMNS` and `COUNT_COLUMNS` of `model.scoring.stream`.

    What repeats is stored by its code. Survival is a fraction in single precision, and empty where
    the model says nothing, as is a median that is not reached.
    """
    of_patterns, options = predictor(work.model, work.days), work.model.options
    since, which = np.unique(days_survived, return_inverse=True)
    days = since.tolist() or [0]
    found, counts = zip(*(of_patterns(day) for day in days), strict=True)
    row = pattern + len(PATTERNS) * which
    n, n_days, n_options = len(row), len(work.days), len(options)

    def coded(codes: NDArray[np.intp], values: Any) -> pa.Array:
        return pa.DictionaryArray.from_arrays(codes.astype(np.int32), values)

    def numbers(name: str) -> NDArray[np.float32]:
        table = np.concatenate([getattr(prediction, name) for prediction in found])
        single: NDArray[np.float32] = table.astype(np.float32)[row]
        return single

    def numbers_alike(name: str) -> NDArray[np.float64]:
        table = np.concatenate([getattr(one, name) for one in counts])[row]
        a_day = table if table.ndim == 3 else np.repeat(table[..., None], n_days, axis=-1)
        return a_day.ravel()

    columns = {
        "case_id": coded(np.repeat(np.arange(n), n_options * n_days), case_id),
        "treatment": coded(np.tile(np.repeat(np.arange(n_options), n_days), n), pa.array(options)),
        "day": pa.array(np.tile(np.array(work.days, np.int32), n * n_options)),
        **{
            name: pa.array(numbers(name).ravel(), from_pandas=True)
            for name in ("survival", "lower", "upper")
        },
        "median_days": pa.array(
            np.repeat(numbers("median").ravel(), n_days), pa.int32(), from_pandas=True
        ),
        "supported": pa.array(np.tile(found[0].supported.ravel(), n)),
        "alike": pa.array(numbers_alike("children").astype(np.float32)),
        "alike_low": pa.array(numbers_alike("fewest").astype(np.int32)),
        "alike_high": pa.array(numbers_alike("most").astype(np.int32)),
        "alike_died": pa.array(numbers_alike("died").astype(np.float32)),
        "alike_followed": pa.array(numbers_alike("followed").astype(np.float32)),
        "support": coded(numbers_alike("support").astype(np.intp), pa.array(SUPPORT)),
        **{
            name: coded(np.zeros(n * n_options * n_days, np.intp), pa.array([value]))
            for name, value in work.more.items()
        },
    }
    return pa.RecordBatch.from_pydict(columns)
