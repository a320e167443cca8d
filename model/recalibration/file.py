"""A recalibration as a small file: plain JSON with where it comes from, and no row of any child.

The file says for which model it was made, by the hash of what that was fitted to, and carries a
checksum of its own content. A checksum tells of damage and of careless edits; it is no signature,
and does not stop anybody who means to forge a file. The covariance of a model lets a statistician
work out about how many children of each treatment died, as does that of any published model.
"""

import hashlib
import json
import math
import re
from datetime import date
from typing import Any

import numpy as np

from model import __version__
from model.language import _
from model.options import TREATMENTS
from model.recalibration.applied import RecalibrationError, in_bounds
from model.survival.prediction import HORIZON_DAYS, PooledModel
from model.survival.recalibrated import COVARYING, METHODS, PARAMETERS, Recalibration, Score

FORMAT, FORMAT_VERSION = "aftergraft-recalibration", 1
LARGEST_FILE = 64 * 1024  # bytes
LONGEST_LABEL = 60
FIELDS_OF_FILE = (
    "format",
    "format_version",
    "program_version",
    "model_hash",
    "horizon_days",
    "method",
    "estimates",
    "covariance",
    "children",
    "deaths",
    "left_out",
    "arms",
    "scores",
    "centre",
    "made_on",
    "checksum",
)
# No centre has more children than this after failure of a transplant.
MOST_CHILDREN = 10_000_000
LARGEST_VARIANCE = 100.0
LARGEST_SCORE = 1e12


def write_recalibration(
    recalibration: Recalibration, model: PooledModel, centre: str, made_on: date
) -> str:
    """Write a recalibration as JSON.

    Parameters
    ----------
    recalibration : Recalibration
        Of another method than `none`.
    model : PooledModel
        The paper's, which was recalibrated.
    centre : str
        The centre's own label, at most `LONGEST_LABEL` signs in one line; may be empty.
    made_on : date

    Raises
    ------
    RecalibrationError
        For a label that is too long, or an unchanged model.
    """
    found = recalibration
    if found.method == "none":
        raise RecalibrationError(_("The paper's model as it is needs no file."))
    content: dict[str, Any] = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "program_version": __version__,
        "model_hash": model.source_hash,
        "horizon_days": HORIZON_DAYS,
        "method": found.method,
        "estimates": dict(zip(PARAMETERS[found.method], found.estimates, strict=True)),
        "covariance": [list(row) for row in found.covariance],
        "children": found.n_children,
        "deaths": found.n_deaths,
        "left_out": found.n_left_out,
        "arms": dict(found.arms),
        "scores": {
            score.method: {"log_gain": score.log_gain, "brier": score.brier}
            for score in found.scores
            if math.isfinite(score.log_gain) and math.isfinite(score.brier)
        },
        "centre": _label(centre),
        "made_on": made_on.isoformat(),
    }
    content["checksum"] = _checksum(content)
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def read_recalibration(text: str | bytes, model: PooledModel) -> Recalibration:
    """Read a recalibration of this very model, believing nothing of the file.

    Parameters
    ----------
    text : str or bytes
    model : PooledModel
        The paper's.

    Raises
    ------
    RecalibrationError
        Saying in one sentence why the file cannot be used.
    """
    content = _content_for(model, text)
    method = content["method"]
    if not isinstance(method, str) or method not in METHODS or method == "none":
        raise _unusable("method")
    _check_fields(content["estimates"], PARAMETERS[method], "estimates")
    estimates = []
    for name in PARAMETERS[method]:
        estimates.append(_number(content["estimates"][name], name))
        if not in_bounds(name, estimates[-1]):
            raise _unusable(name)
    covariance = _covariance(content["covariance"], len(COVARYING[method]))
    # What D deaths say of gamma alone holds its variance below gamma^2 / D.
    if covariance[1][1] > estimates[1] ** 2:
        raise _unusable("covariance")
    n_children = _count(content["children"], "children")
    n_deaths = _count(content["deaths"], "deaths")
    if not 0 < n_deaths <= n_children:
        raise _unusable("deaths")
    return Recalibration(
        method=method,
        estimates=tuple(estimates),
        covariance=covariance,
        n_children=n_children,
        n_deaths=n_deaths,
        n_left_out=_count(content["left_out"], "left_out"),
        arms=_arms(content["arms"], n_children),
        scores=_scores(content["scores"]),
        centre=_centre(content["centre"]),
        made_on=_day(content["made_on"]),
        checksum=content["checksum"],
    )


def _content_for(model: PooledModel, text: str | bytes) -> dict[str, Any]:
    """The content of a file that is whole and was made for this very model."""
    content = _content(text)
    if content.get("format") != FORMAT:
        raise RecalibrationError(_("This is not a model file of Aftergraft."))
    _check_version(content.get("format_version"))
    _check_fields(content, FIELDS_OF_FILE, "")
    if content["checksum"] != _checksum(content):
        raise RecalibrationError(
            _("This model file was changed or damaged after it was made: its checksum is wrong.")
        )
    if content["model_hash"] != model.source_hash:
        raise RecalibrationError(
            _(
                "This model file was made for another version of the paper's model: recalibrate "
                "again with this one."
            )
        )
    if content["horizon_days"] != HORIZON_DAYS:
        raise _unusable("horizon_days")
    return content


def _content(text: str | bytes) -> dict[str, Any]:
    raw = text.encode() if isinstance(text, str) else text
    if len(raw) > LARGEST_FILE:
        raise RecalibrationError(
            _(
                "This file is too large for a model file, which has at most {size} kilobytes."
            ).format(size=LARGEST_FILE // 1024)
        )
    try:
        content = json.loads(
            raw.decode("utf-8-sig"), object_pairs_hook=_without_twins, parse_constant=_no_constant
        )
    except RecalibrationError:
        raise
    except (ValueError, RecursionError):
        raise RecalibrationError(_("This file cannot be read: it is not JSON text.")) from None
    if not isinstance(content, dict):
        raise RecalibrationError(_("This is not a model file of Aftergraft."))
    return content


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _value in pairs}) < len(pairs):
        raise RecalibrationError(_("This model file says something twice."))
    return dict(pairs)


def _no_constant(_name: str) -> float:
    raise RecalibrationError(_("This model file holds numbers that are none."))


def _check_version(version: object) -> None:
    if type(version) is not int or version < 1:
        raise _unusable("format_version")
    if version > FORMAT_VERSION:
        raise RecalibrationError(
            _("This model file was made by a newer Aftergraft: update this one to use it.")
        )
    if version < FORMAT_VERSION:
        raise RecalibrationError(
            _("This model file was made by an older Aftergraft: recalibrate again.")
        )


def _check_fields(held: object, names: tuple[str, ...], place: str) -> None:
    if not isinstance(held, dict):
        raise _unusable(place)
    missing = [name for name in names if name not in held]
    if missing:
        raise RecalibrationError(
            _("This model file lacks {names}.").format(names=", ".join(missing))
        )
    if len(held) > len(names):
        raise RecalibrationError(_("This model file holds more than a model file does."))


def _checksum(content: dict[str, Any]) -> str:
    """Of all but the checksum itself, independent of order and spaces."""
    said = {name: value for name, value in content.items() if name != "checksum"}
    canonical = json.dumps(said, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _unusable(name: str) -> RecalibrationError:
    return RecalibrationError(
        _("This model file cannot be used: what it says of {name} is not possible.").format(
            name=name
        )
    )


def _number(value: object, name: str) -> float:
    if type(value) not in (int, float) or not math.isfinite(value):  # type: ignore[arg-type]
        raise _unusable(name)
    return float(value)  # type: ignore[arg-type]


def _count(value: object, name: str) -> int:
    if type(value) is not int or not 0 <= value <= MOST_CHILDREN:
        raise _unusable(name)
    return value


def _covariance(value: object, size: int) -> tuple[tuple[float, ...], ...]:
    name = "covariance"
    if not isinstance(value, list) or len(value) != size:
        raise _unusable(name)
    if not all(isinstance(row, list) and len(row) == size for row in value):
        raise _unusable(name)
    rows = tuple(tuple(_number(number, name) for number in row) for row in value)
    matrix = np.array(rows)
    smallest, largest = np.linalg.eigvalsh(matrix)[[0, -1]]
    symmetric = np.array_equal(matrix, matrix.T)
    if not symmetric or np.abs(matrix).max() > LARGEST_VARIANCE or smallest < -1e-9 * largest:
        raise _unusable(name)
    return rows


def _arms(value: object, n_children: int) -> tuple[tuple[str, int], ...]:
    if not isinstance(value, dict) or not set(value) <= set(TREATMENTS):
        raise _unusable("arms")
    arms = tuple((arm, _count(value[arm], "arms")) for arm in TREATMENTS if arm in value)
    if sum(count for _arm, count in arms) > n_children:
        raise _unusable("arms")
    return arms


def _scores(value: object) -> tuple[Score, ...]:
    if not isinstance(value, dict) or not set(value) <= set(METHODS):
        raise _unusable("scores")
    scores = []
    for method in METHODS:
        if method in value:
            _check_fields(value[method], ("log_gain", "brier"), "scores")
            gain, brier = (_number(value[method][name], name) for name in ("log_gain", "brier"))
            if abs(gain) > LARGEST_SCORE or not 0 <= brier <= 1:
                raise _unusable("scores")
            scores.append(Score(method, gain, brier))
    return tuple(scores)


def _label(centre: str) -> str:
    """A label in one line, without signs that do not print."""
    label = " ".join("".join(sign if sign.isprintable() else " " for sign in centre).split())
    if len(label) > LONGEST_LABEL:
        raise RecalibrationError(
            _("The label of the centre is longer than {most} signs.").format(most=LONGEST_LABEL)
        )
    return label


def _centre(value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_LABEL or _label(value) != value:
        raise _unusable("centre")
    return value


def _day(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        raise _unusable("made_on")
    try:
        date.fromisoformat(value)
    except ValueError:
        raise _unusable("made_on") from None
    return value
