"""Every chart of every page, file and sheet: built by Altair, true to its schema, and seen in both
themes."""

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import vl_convert
from altair.utils.schemapi import SchemaValidationError, validate_jsonschema
from altair.vegalite.v6.schema.core import load_schema

from model.case import Case
from model.cohort import analysed, each_cohort, read_cohorts
from model.options import TREATMENTS
from model.reconstruction.freedom import ASSUMPTIONS
from model.survival.prediction import load_model
from model.validation.expected import expected
from model.validation.performance import performance
from tests.contrast import THEMES, contrast
from tests.loaded import ROOT, loaded_by
from tests.seen import holds
from ui.case import exploratory
from ui.compare.chart import comparison_chart
from ui.compare.comparison import Asked, comparison
from ui.compare.files import comparison_as_svg
from ui.evidence.assumptions import assumption_chart, early_chart
from ui.evidence.curves import FIGURES, arm_chart, figure_chart
from ui.evidence.forest import TABLES, forest_chart
from ui.family.chart import family_chart
from ui.registry.charts import calibration_chart, decision_chart, group_chart
from ui.shown.charts.drawing import TEMPLATES
from ui.shown.charts.page import curves_chart, page_chart, page_charts
from ui.shown.charts.series import option_series
from ui.shown.charts.templates import as_json, templates
from ui.shown.downloads import chart_as_svg
from ui.shown.results import choices_pattern, shown_pattern
from ui.shown.sheet import picture

CASE = Case("AML", 200, True, 8, mrd="positive")
ALIVE = Case("AML", 200, True, 8, days_survived=365)
Charts = dict[str, dict[str, Any]]
SLIP = SchemaValidationError.__mro__[1]
# Kinds of charts that are no curves of options.
OF_THEIR_OWN = set(templates()) - {"curves", "talk"}
# Broader than this a line is a band: the range over the cohorts, behind what is read off.
BROAD = 5


def test_the_templates_are_those_that_altair_builds() -> None:
    assert TEMPLATES.read_text(encoding="utf-8") == as_json(templates()), (
        "run `python -m ui.shown.charts.templates`"
    )


def test_nothing_but_a_file_adds_a_part_that_altair_has_not_built() -> None:
    by_hand = {
        path.relative_to(ROOT).as_posix()
        for folder in ("ui", "pages")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r'"(mark|encoding|layer)":', path.read_text(encoding="utf-8"))
    }
    assert by_hand == {"ui/shown/charts/file.py"}


def test_nobody_who_reads_a_page_waits_for_altair() -> None:
    drawn = (
        "import ui.registry.charts, ui.case.exploratory, ui.compare.chart, ui.family.chart; "
        "from ui.evidence import assumptions, curves, forest; "
        "forest.forest_chart(3), curves.figure_chart(1), assumptions.early_chart('dli')"
    )
    loaded = loaded_by(drawn, quiet=False)
    assert "ui.shown.charts.drawing" in loaded
    assert "altair" not in loaded


# ---------------------------------------------------------------------------------- every chart


def of_pages() -> Charts:
    """The charts of Case, Compare and the talk."""
    pattern, late = (shown_pattern(case, TREATMENTS) for case in (CASE, ALIVE))
    compared = comparison(Asked((holds("chemo"), holds("dli", days_survived=60))), CASE)
    assert compared is not None
    return {
        "page": page_chart(pattern),
        "alive": page_chart(late),
        "one by one": page_charts(late)[0],
        "choices": page_chart(choices_pattern(CASE)),
        "exploratory": exploratory.charts(CASE, TREATMENTS)[0],
        "comparison": comparison_chart(compared),
        "talk": family_chart(CASE, TREATMENTS, 365),
    }


def of_files() -> Charts:
    """Those that leave the program, or stand in a record, as they are given to the converter."""
    pattern = shown_pattern(CASE, TREATMENTS)
    compared = comparison(Asked((holds("chemo"), holds("dli"))), CASE)
    assert compared is not None
    given: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vl_convert, "vegalite_to_svg", lambda spec, **_kept: given.append(spec))
        chart_as_svg(CASE, pattern)
        comparison_as_svg(compared)
        picture(curves_chart(option_series(pattern), narrow="false").for_file(), 600)
    names = ("file", "file of a comparison", "record")
    return {name: json.loads(spec) for name, spec in zip(names, given, strict=True)}


def of_evidence() -> Charts:
    return {
        **{f"figure {k}": figure_chart(k) for k in FIGURES},
        **{f"arm {treatment}": arm_chart(treatment) for treatment in TREATMENTS},
        **{f"forest {k}": forest_chart(k) for k in TABLES},
        **{f"assumption {name}": assumption_chart(name) for name in ASSUMPTIONS},
        **{f"early {treatment}": early_chart(treatment) for treatment in TREATMENTS},
    }


def of_registry() -> Charts:
    children = analysed(each_cohort(read_cohorts())[1].sample(170, random_state=0))
    found = performance(expected(load_model(), children), replicates=20)
    return {
        **{f"calibration {day}": calibration_chart(curve) for day, curve in found.curves.items()},
        **{f"decision {day}": decision_chart(curve) for day, curve in found.decisions.items()},
        **{f"group {group.column} {group.code}": group_chart(group) for group in found.groups},
    }


@pytest.fixture(scope="module")
def charts() -> Charts:
    """Every chart, without its rows; one of those that are the same without them."""
    every = of_pages() | of_files() | of_evidence() | of_registry()
    named: Charts = {}
    for name, chart in every.items():
        without_rows = {**chart, "datasets": {}}
        if without_rows not in named.values():
            named[name] = json.loads(json.dumps(without_rows))
    return named


def validate(chart: dict[str, Any]) -> None:
    """Hold a chart against the schema that Altair brings, faster than `Chart.from_dict`."""
    validate_jsonschema(chart, {"$ref": "#/definitions/TopLevelLayerSpec"}, load_schema())


def test_every_specification_keeps_to_altairs_schema(charts: Charts) -> None:
    assert {name.split()[0] for name in charts} >= OF_THEIR_OWN
    for name, chart in charts.items():
        try:
            validate(chart)
        except SLIP as slip:
            pytest.fail(f"{name}: {slip}")


@pytest.mark.parametrize("kind", ["page", "file", "talk", *sorted(OF_THEIR_OWN)])
def test_a_slip_in_a_specification_is_found(charts: Charts, kind: str) -> None:
    chart = next(chart for name, chart in charts.items() if name.startswith(kind))
    for k in range(len(chart["layer"])):
        slipped = copy.deepcopy(chart)
        slipped["layer"][k]["mark"]["strokWidth"] = 2
        with pytest.raises(SLIP):
            validate(slipped)


def test_every_word_of_a_template_is_put_in(charts: Charts) -> None:
    for name, chart in charts.items():
        assert "@" not in json.dumps(chart), name


# ----------------------------------------------------------------------------- seen in both themes


def drawn_in(chart: dict[str, Any], theme: str) -> Iterator[tuple[str, str, float]]:
    """What is read off a chart, lines, markers, bars and words: each with its color and opacity.
    Left out: areas, broad lines that are areas, and what is seen only while it is pointed at."""
    for layer in chart["layer"]:
        mark, encoding = layer["mark"], layer["encoding"]
        opacity = encoding.get("opacity", {})
        if (
            mark["type"] not in ("line", "rule", "point", "bar", "text")
            or mark.get("strokeWidth", 1) > BROAD
            or "condition" in opacity
        ):
            continue
        channel = encoding.get("stroke") or encoding.get("color")
        colors = channel["scale"]["range"] if channel else [mark["color"]]
        at_rest = [mark.get("opacity", 1.0)] * len(colors)
        for color, seen in zip(colors, opacity.get("scale", {}).get("range", at_rest), strict=True):
            yield mark["type"], in_theme(color, theme), seen


def in_theme(color: str, theme: str) -> str:
    if color == "currentColor":
        return THEMES[theme]["textColor"]
    of_both = re.fullmatch(r"light-dark\((.+), (.+)\)", color)
    return of_both[{"light": 1, "dark": 2}[theme]] if of_both else color


def unreadable(chart: dict[str, Any], theme: str) -> list[tuple[str, str, float]]:
    ground = THEMES[theme]["backgroundColor"]
    drawn = list(drawn_in(chart, theme))
    assert drawn
    return [
        (mark, color, opacity)
        for mark, color, opacity in drawn
        if contrast(color, ground, opacity) < 3
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_is_read_off_a_chart_of_evidence_or_registry_stands_out_from_its_ground(
    charts: Charts, theme: str
) -> None:
    rooms = ("figure", "arm", *OF_THEIR_OWN)
    looked_at = {name: chart for name, chart in charts.items() if name.startswith(rooms)}
    found = {name: unreadable(chart, theme) for name, chart in looked_at.items()}
    assert not {name: marks for name, marks in found.items() if marks}


def test_a_mark_that_vanishes_in_the_dark_is_found(charts: Charts) -> None:
    chart = copy.deepcopy(next(c for name, c in charts.items() if name.startswith("forest")))
    limits = next(x for x in chart["layer"] if x["mark"].get("strokeWidth") == 1.5)
    limits["encoding"]["color"]["scale"]["range"][0] = "#12324a"
    assert unreadable(chart, "light") == []
    assert unreadable(chart, "dark") == [("rule", "#12324a", 1.0)]
