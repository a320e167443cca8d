"""What stands in a chart as a browser gets it."""

import io
import json
from typing import Any

import pandas as pd
import pyarrow as pa


def rows_of(spec: dict[str, Any], name: str) -> pd.DataFrame:
    """The rows of a data set of a chart."""
    with pa.ipc.open_stream(io.BytesIO(spec["datasets"][name])) as stream:
        return stream.read_all().to_pandas()


def all_of(spec: dict[str, Any]) -> str:
    """A chart and all its rows as text."""
    rows = [rows_of(spec, name).to_csv(na_rep="NaN") for name in spec["datasets"]]
    return " ".join([json.dumps({**spec, "datasets": None}, ensure_ascii=False), *rows])
