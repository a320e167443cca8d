"""`python -m model guidance`: what the paper proposes, as plain text or JSON.

What it prints is in English whatever the language: others read it by its words.
"""

import argparse
import dataclasses
import json
from collections.abc import Iterable, Iterator
from typing import Any

from model.case import ANY_CASE, LEUKEMIA_LABELS, read_case
from model.language import in_english
from model.options import TREATMENT_LABELS
from model.paper.guidelines import (
    INPUT_WORDS,
    RANK_WORDS,
    STATUS_WORDS,
    Guidance,
    ProposedOption,
    days_of,
    guidance,
    stance,
)


def print_guidance(options: argparse.Namespace) -> int:
    """Print what the paper proposes for a leukemia at a time since transplant."""
    # What does not enter the guidance is filled in, so that the rest can be checked.
    case = read_case(
        ANY_CASE
        | {
            "leukemia": options.leukemia,
            "days_to_failure": options.days,
            "performance": options.performance,
            "mrd": options.mrd,
            "tbi": options.tbi,
        }
    )
    with in_english():
        found = guidance(
            case.leukemia or "",
            case.days_to_failure,
            performance=case.performance,
            mrd=case.mrd,
            tbi=case.tbi,
        )
        if options.format == "json":
            print(json.dumps(as_dict(found), ensure_ascii=False, indent=2))
        else:
            print(as_text(found))
    return 0


def as_text(guidance: Guidance) -> str:
    """Write the guidance as plain text, one line an entry, without a trailing line break."""
    lines = [
        f"{LEUKEMIA_LABELS[guidance.leukemia]}, day {guidance.days_to_failure} after first "
        f"transplant: {guidance.period.name} ({days_of(guidance.period)})",
        "",
    ]
    if guidance.no_guidance is not None:
        lines.append(guidance.no_guidance)
        lines.append(f"   Source: {guidance.source}")
    else:
        lines.append("What the paper says")
    for number, option in enumerate(guidance.options, start=1):
        lines.append(f"{number}. {option.text} [{RANK_WORDS[option.rank]}]")
        lines.extend("   " + line for line in _option_lines(option))
    lines += ["", "Remarks"]
    for remark in guidance.remarks:
        lines.append(f"- {remark.text}")
        lines.append(f"  Source: {remark.source}")
    lines += ["", "Decided by"]
    lines += [f"- {reason.sentence}" for reason in guidance.decided_by]
    if guidance.weighed:
        lines += ["", "To be weighed"]
        lines += [f"- {reason.sentence}" for reason in guidance.weighed]
    if guidance.missing:
        lines += ["", f"Not given, and named by the paper here: {_input_words(guidance.missing)}"]
    if guidance.not_used:
        lines += ["", f"Given, and not used by the paper here: {_input_words(guidance.not_used)}"]
    lines += ["", guidance.citation]
    return "\n".join(lines)


def _option_lines(option: ProposedOption) -> Iterator[str]:
    if option.condition is not None:
        yield f"Condition: {option.condition} ({STATUS_WORDS[option.condition_status]})"
    if option.closest_arm is not None:
        yield f"Closest curve: {TREATMENT_LABELS[option.closest_arm]}"
    if option.arm_note:
        yield option.arm_note
    yield f"Source: {option.source}"


def _input_words(names: Iterable[str]) -> str:
    return ", ".join(INPUT_WORDS[name] for name in names)


def as_dict(guidance: Guidance) -> dict[str, Any]:
    """Make the guidance ready for JSON: its fields by name, sequences as lists, and its stance."""
    return {**_with_lists(dataclasses.asdict(guidance)), "stance": stance(guidance)}


def _with_lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_lists(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_with_lists(item) for item in value]
    return value
