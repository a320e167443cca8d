"""Workers of a Dask scheduler, on this machine or elsewhere, for what takes long."""

from typing import Any

SECONDS_TO_CONNECT = 20


class SchedulerError(Exception):
    """The Dask scheduler cannot be reached."""


def connected(scheduler: str) -> Any:
    """Connect to a Dask scheduler.

    Returns
    -------
    dask.distributed.Client

    Raises
    ------
    SchedulerError
        If nothing answers at that address, or it is not one.
    """
    from dask.distributed import Client

    try:
        return Client(scheduler, timeout=SECONDS_TO_CONNECT)
    except (OSError, ValueError) as error:
        raise SchedulerError(f"{scheduler} cannot be reached: {error}") from None
