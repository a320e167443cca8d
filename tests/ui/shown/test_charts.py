"""The curves: what stands in the chart is what the model predicts, drawn as the screen owes it."""

import contextvars
import dataclasses
import gettext
import json
import re
from itertools import combinations, pairwise

import numpy as np
import pytest
import vl_convert
from coloraide import Color
from hypothesis import given
from hypothesis import strategies as st

from model import language
from model.case import DAYS_SURVIVED_RANGE, INTERVAL_FIRST_DAYS, Case
from model.options import REINDUCTION, TREATMENTS, arms_of
from model.survival.pattern import PATTERNS
from model.survival.prediction import HORIZON_DAYS, TABLE_DAYS, load_model, predict_case
from model.survival.support import SUPPORT, counted
from tests.contrast import THEMES, contrast
from tests.drawn import all_of, rows_of
from ui.shown.charts.labels import apart, hover_rows, label_rows, support_phrase
from ui.shown.charts.page import BETWEEN_WHISKERS, curves_chart, one_by_one, page_chart, page_charts
from ui.shown.charts.series import (
    all_curves,
    curve_days,
    curve_points,
    option_series,
    series_of,
    turning_days,
)
from ui.shown.charts.words import alt_text
from ui.shown.downloads import chart_as_png, chart_as_svg, described_png, file_name
from ui.shown.options import SHOWN, short_label, shown_option
from ui.shown.results import (
    ShownPattern,
    horizon_name,
    in_months,
    interval_words,
    nobody_to_compare,
    option_results,
    percent,
    percent_interval,
    shown_pattern,
)

CASES = [Case("AML", day, cr, 8) for day in INTERVAL_FIRST_DAYS for cr in (True, False)]
CASE = Case("AML", 200, True, 8, mrd="positive")
PATTERN = shown_pattern(CASE, TREATMENTS)


class Spanish(gettext.NullTranslations):
    """A language whose every text begins as no English one does, and holds an apostrophe."""

    def gettext(self, message: str) -> str:
        return f"¡'{message}" if message else "Language: es"


def test_reported_days_and_the_horizon_are_on_the_curve_and_nothing_after():
    days = curve_days(shown_pattern(CASES[0], TREATMENTS))
    assert {0, *TABLE_DAYS, HORIZON_DAYS} <= set(days)
    assert max(days) == HORIZON_DAYS
    assert list(days) == sorted(set(days))


@pytest.mark.parametrize("since", [0, 1, 60, 400, 1095])
def test_lines_drawn_from_day_to_day_stay_with_the_model(since):
    # Drawn from week to week, the first days were up to 16 percentage points off.
    for child in range(len(PATTERNS)):
        pattern = ShownPattern(child, TREATMENTS, since)
        every = pattern.predict(pattern.model, range(HORIZON_DAYS + 1))
        days = curve_days(pattern, *turning_days(pattern))
        ahead = np.arange(since + 1, HORIZON_DAYS + 1)
        for curve in all_curves(every):
            if np.isnan(curve).all():  # nobody to compare with
                continue
            known = ahead[~np.isnan(curve[ahead])]
            drawn = [day for day in days if day >= known[0]]
            assert drawn[0] == known[0]
            off = np.interp(known, drawn, curve[drawn]) - curve[known]
            assert np.abs(off).max() < 0.0031
        assert len(days) < 150


@pytest.mark.parametrize("case", CASES, ids=str)
def test_curves_are_what_the_model_predicts(case):
    pattern = shown_pattern(case, TREATMENTS)
    series = option_series(pattern)
    days = series[0].days
    expected = predict_case(load_model(), case, days=days)
    points = list(curve_points(series))
    for j, treatment in enumerate(TREATMENTS):
        of_option = {p.day: p for p in points if p.series == treatment}
        assert tuple(of_option) == days
        for k, day in enumerate(days):
            point = of_option[day]
            numbers = (a[0, j, k] for a in (expected.survival, expected.lower, expected.upper))
            assert (point.survival, point.lower, point.upper) == pytest.approx(
                tuple(numbers), abs=6e-5
            )


@pytest.mark.parametrize("since", [0, 60, 365])
@pytest.mark.parametrize("days", [20, 200, 400])
def test_a_line_is_dashed_by_what_supports_it_on_each_day(days, since):
    case = dataclasses.replace(CASE, days_to_failure=days, days_survived=since)
    pattern = shown_pattern(case, TREATMENTS)
    series = option_series(pattern)
    on = tuple(day for day in series[0].days if day > since)
    counts = counted(load_model().lists, arms_of(TREATMENTS), on, since)
    for j, one in enumerate(series):
        points = [p for p in curve_points([one]) if p.day > since]
        drawn = {p.day: p.line for p in reversed(points)}
        for k, day in enumerate(on):
            if day in drawn:
                assert drawn[day] == SUPPORT[counts.support[pattern.child, j, k]], (one.id, day)
        # Where the line changes both parts have the day, so that no gap is seen.
        for stretch in {p.stretch for p in points} - {points[0].stretch}:
            first = next(p for p in points if p.stretch == stretch)
            before = [p for p in points if p.stretch == stretch - 1][-1]
            assert (before.day, before.survival) == (first.day, first.survival)


def test_every_reported_day_is_marked_once_for_every_option():
    marked = [(p.series, p.day) for p in curve_points(option_series(PATTERN)) if p.marked]
    assert marked == [(treatment, day) for treatment in TREATMENTS for day in TABLE_DAYS]


def test_names_say_how_many_are_alive_where_their_curves_end():
    results = option_results(PATTERN)
    for row, result in zip(label_rows(option_series(PATTERN)), results, strict=True):
        assert row[0] == result.treatment
        assert row[3].startswith(f"{percent(result.horizons[-1].survival)} {result.label[:9]}")


def test_extrapolation_is_named_in_the_chart():
    for day in (0, 365):
        pattern = shown_pattern(alive(day), TREATMENTS)
        rows = label_rows(option_series(pattern))
        for row, result in zip(rows, option_results(pattern), strict=True):
            assert ("extrapolated" in row[3]) == (result.arm_until < HORIZON_DAYS)


def test_what_a_curve_rests_on_is_said_in_days_while_these_are_few():
    series = dataclasses.replace(option_series(PATTERN)[0], arm_until=9)
    assert support_phrase(series) == "extrapolated after 9 days"
    assert support_phrase(dataclasses.replace(series, arm_until=400)) == (
        "extrapolated after 13.1 months"
    )
    assert support_phrase(dataclasses.replace(series, arm_until=-1)) == "extrapolated throughout"
    borrowed = dataclasses.replace(series, arm_until=HORIZON_DAYS, own_until=-1)
    assert support_phrase(borrowed) == "borrowed from all with this option"
    assert support_phrase(dataclasses.replace(borrowed, own_until=HORIZON_DAYS)) == ""


def test_options_keep_their_order_whatever_their_survival():
    shown = ("palliative", "second_sct", "dli")
    pattern = shown_pattern(CASE, shown)
    assert tuple(result.treatment for result in option_results(pattern)) == shown


def test_chart_shows_only_the_options_asked_for():
    chart = page_chart(shown_pattern(CASE, ("chemo",)))
    for name in ("points", "whiskers", "names"):
        assert set(rows_of(chart, name)["series"]) == {"chemo"}


def test_intervals_stand_on_the_reported_days_beside_each_other():
    whiskers = rows_of(page_chart(PATTERN), "whiskers")
    points = rows_of(page_chart(PATTERN), "points")
    marked = points[points["marked"]]
    assert len(whiskers) == len(marked) == len(TREATMENTS) * len(TABLE_DAYS)
    columns = ["series", "lower", "upper"]
    assert (whiskers[columns].to_numpy() == marked[columns].to_numpy()).all()
    at = whiskers["day"].to_numpy()
    assert (abs(at - marked["day"].to_numpy()) <= 2 * BETWEEN_WHISKERS).all()
    assert marked.assign(at=at).groupby("day")["at"].nunique().min() >= 3


def test_two_cases_have_the_same_specification_and_other_rows():
    one, other = (
        page_chart(shown_pattern(Case("AML", days, True, 8), TREATMENTS)) for days in (20, 400)
    )
    rows, others = one.pop("datasets"), other.pop("datasets")
    assert json.dumps(one) == json.dumps(other)
    assert rows["points"] != others["points"]


def test_pointing_at_a_day_shows_every_option_with_its_interval():
    expected = predict_case(load_model(), CASE, days=(365,))
    rows = {row[0]: row for row in hover_rows(option_series(PATTERN))}
    day, when, *said = rows[365]
    assert (day, when) == (365, "day 365 (12.0 months)")
    assert said[len(TREATMENTS) :] == [""]
    results = option_results(PATTERN)
    for j, text in enumerate(said[: len(TREATMENTS)]):
        numbers = (a[0, j, 0] for a in (expected.survival, expected.lower, expected.upper))
        survival, lower, upper = numbers
        assert text.startswith(f"{percent(survival)} ({percent_interval(lower, upper)})")
        support = results[j].support_on(365)
        assert text.endswith("borrowed") == (support == "borrowed")
        assert text.endswith("extrapolated") == (support == "no")


@given(st.lists(st.floats(0, 1), min_size=1, max_size=5))
def test_labels_stand_apart_in_the_order_of_their_curves(heights):
    moved = apart(heights, 0.09)
    assert all(height >= 0 for height in moved)
    in_order = sorted(moved)
    assert all(b - a >= 0.09 - 1e-9 for a, b in pairwise(in_order))
    for i, low in enumerate(heights):
        for j, high in enumerate(heights):
            if low < high:
                assert moved[i] < moved[j]


def test_labels_that_do_not_overlap_stay_at_their_curves():
    assert apart([0.6, 0.1, 0.3], 0.09) == pytest.approx([0.6, 0.1, 0.3])


def test_labels_that_overlap_are_spread_around_their_mean():
    assert apart([0.5, 0.5], 0.1) == pytest.approx([0.55, 0.45])
    assert apart([0.9, 0.52, 0.48], 0.1) == pytest.approx([0.9, 0.55, 0.45])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("treatment", [*TREATMENTS, REINDUCTION])
def test_colors_stand_out_from_the_background(treatment, theme):
    color = shown_option(treatment).dark if theme == "dark" else shown_option(treatment).color
    assert contrast(color, THEMES[theme]["backgroundColor"]) >= {"light": 3, "dark": 4.5}[theme]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("seen_by", ["everybody", "protan", "deutan", "tritan"])
def test_options_are_told_apart_by_color_whatever_the_eye(theme, seen_by):
    options = (*TREATMENTS, REINDUCTION)
    colors = [
        Color(shown_option(o).dark if theme == "dark" else shown_option(o).color) for o in options
    ]
    if seen_by != "everybody":
        colors = [color.filter(seen_by) for color in colors]
    for one, other in combinations(colors, 2):
        assert one.delta_e(other, method="2000") >= 10


def test_color_is_never_the_only_carrier():
    assert len({one.color for one in SHOWN.values()}) == len(TREATMENTS)
    assert len({one.marker for one in SHOWN.values()}) == len(TREATMENTS)
    names = [short_label(treatment) for treatment in TREATMENTS]
    assert len(set(names)) == len(TREATMENTS)


def test_alt_text_says_case_options_and_survival_at_one_year():
    text = alt_text(CASE, option_results(PATTERN))
    expected = predict_case(load_model(), CASE, days=(365,))
    assert "AML, relapse after remission, 200 days after first transplant" in text
    for j, result in enumerate(option_results(PATTERN)):
        survival = f"{100 * expected.survival[0, j, 0]:.0f}%"
        assert f"{result.label}: {survival} (" in text


def test_chart_is_made_once_for_children_the_model_cannot_tell_apart():
    another = Case("T-ALL", 183, True, 2)
    of_another = page_chart(shown_pattern(another, TREATMENTS))
    assert of_another["datasets"] is page_chart(PATTERN)["datasets"]
    other_side = Case("AML", 182, True, 8)
    assert page_chart(shown_pattern(other_side, TREATMENTS)) != page_chart(PATTERN)


def test_chart_speaks_the_language_in_use():
    def in_spanish() -> str:
        language.use(Spanish(), "es")
        return all_of(page_chart(PATTERN))

    assert "¡" not in all_of(page_chart(PATTERN))
    said = contextvars.copy_context().run(in_spanish)
    assert "¡'Chemotherapy alone" in said.replace("{survival} {option}", "")
    assert "¡" not in all_of(page_chart(PATTERN))


# ------------------------------------------------------------ given days already survived

ALIVE_DAYS = [1, 60, 99, 100, 364, 365, 600, 1095]


def alive(day: int) -> Case:
    return dataclasses.replace(CASE, days_survived=day)


@pytest.mark.parametrize("day", ALIVE_DAYS)
def test_curves_begin_at_one_on_the_day_the_child_is_alive(day):
    series = option_series(shown_pattern(alive(day), TREATMENTS))
    days = series[0].days
    expected = predict_case(load_model(), alive(day), days=days)
    points = list(curve_points(series))
    for j, treatment in enumerate(TREATMENTS):
        drawn = {p.day: p for p in points if p.series == treatment}
        assert bool(drawn) != nobody_to_compare(treatment, day)
        if not drawn:
            continue
        assert min(drawn) == day
        assert drawn[day][2:5] == (1.0, 1.0, 1.0)
        assert max(drawn) == HORIZON_DAYS
        for k, at in enumerate(days):
            if np.isnan(expected.survival[0, j, k]):
                assert at not in drawn
            else:
                assert drawn[at][2:5] == pytest.approx(
                    [a[0, j, k] for a in (expected.survival, expected.lower, expected.upper)],
                    abs=6e-5,
                )


@pytest.mark.parametrize("day", ALIVE_DAYS)
def test_no_reported_day_is_marked_that_is_not_ahead(day):
    points = curve_points(option_series(shown_pattern(alive(day), TREATMENTS)))
    marked = {p.day for p in points if p.marked}
    expected = predict_case(load_model(), alive(day)).survival[0, 0]
    known = zip(TABLE_DAYS, expected, strict=True)
    assert marked == {at for at, survival in known if at > day and not np.isnan(survival)}


def test_pointing_says_nothing_of_days_that_are_past():
    rows = list(hover_rows(option_series(shown_pattern(alive(100), TREATMENTS))))
    assert all(day > 100 for day, *_said in rows)


def test_the_day_on_which_the_child_is_alive_is_named_in_the_chart():
    def said(case: Case) -> str:
        pattern = shown_pattern(case, TREATMENTS)
        return " ".join(map(all_of, (page_chart(pattern), *page_charts(pattern))))

    assert said(alive(60)).count("alive on day 60") == 1 + len(TREATMENTS)
    assert "alive on" not in said(CASE)


@pytest.mark.parametrize("day", [1, 365, 1095])
def test_the_day_on_which_the_child_is_alive_has_room_beside_its_rule(day):
    chart = one_by_one(option_series(shown_pattern(alive(day), ("chemo",))))[0].for_file()
    narrow = {**chart, "width": 200, "autosize": {"type": "fit", "contains": "padding"}}
    svg = vl_convert.vegalite_to_svg(json.dumps(narrow))
    plot = re.search(r'<path class="background"[^>]*d="M0,0h([\d.]+)v', svg)
    assert plot is not None
    # With no label that needs room of its own, the axis alone takes some of the width.
    assert float(plot[1]) > 130


def test_series_of_different_children_share_axes_and_say_when_a_day_is_past():
    patterns = [shown_pattern(case, ("chemo",)) for case in (CASE, alive(60), alive(400))]
    days = tuple(sorted({day for pattern in patterns for day in curve_days(pattern, 60, 400)}))
    series = [
        series_of(
            shown_pattern(case, ("chemo",)),
            "chemo",
            days,
            id=f"column_{position}",
            label=f"Column {position}",
            short=str(position),
            color=color,
            shape="circle",
        )
        for position, (case, color) in enumerate(
            [(CASE, "#6049c0"), (alive(60), "#879319"), (alive(400), "#3d8ffe")], start=1
        )
    ]
    spec = curves_chart(series).for_file()
    svg = vl_convert.vegalite_to_svg(json.dumps({**spec, "width": 600}))
    for words in ("Column 1", "Column 3", "alive on day 60", "alive on day 400"):
        assert words in svg
    rows = {row[0]: row[2:] for row in hover_rows(series)}
    assert rows[0][0] == "100% (100%)"
    assert rows[60][1:3] == ("already past", "already past")
    assert rows[365][2] == "already past"
    assert "%" in rows[365][0]
    assert "%" in rows[365][1]
    assert rows[365][0] != rows[365][1]


@pytest.mark.parametrize(
    ("day", "time"), [(0, 365), (60, 365), (364, 730), (365, 730), (729, 1461)]
)
def test_alt_text_says_the_condition_and_a_time_that_is_ahead(day, time):
    case = alive(day)
    text = alt_text(case, option_results(shown_pattern(case, TREATMENTS)))
    assert (f"alive on day {day} after relapse or progression" in text) == bool(day)
    assert f"Alive at {horizon_name(time)}: " in text
    expected = predict_case(load_model(), case, days=(time,)).survival[0, :, 0]
    for result, survival in zip(option_results(PATTERN), expected, strict=True):
        said = f"{result.label}: {percent(survival)} (" in text
        assert said != nobody_to_compare(result.treatment, day)


def test_every_day_survived_leaves_something_to_say_at_the_horizon():
    last = predict_case(load_model(), alive(DAYS_SURVIVED_RANGE[1]), days=(HORIZON_DAYS,))
    assert not np.isnan(last.survival).any()


def test_picture_says_that_it_is_conditional():
    case = alive(60)
    svg = chart_as_svg(case, shown_pattern(case, TREATMENTS))
    for words in ("alive on day 60 after relapse or progression", "Given that the child is alive"):
        assert words in svg, words
    png = chart_as_png(case, shown_pattern(case, TREATMENTS))
    assert b"alive on day 60 after relapse" in png
    assert file_name(case, "png") == "aftergraft-AML-200-days-alive-60.png"


def test_numbers_are_written_as_the_language_writes_them():
    def in_french() -> tuple[str, str]:
        # Under a code of its own: charts in the French of the catalogue may have been kept.
        language.use(gettext.NullTranslations(), "fr_BE")
        return in_months(165), all_of(page_chart(PATTERN))

    assert in_months(165) == "5.4"
    months, spec = contextvars.copy_context().run(in_french)
    assert months == "5,4"
    assert "day 28 (0,9 months)" in spec
    assert "day 28 (0.9 months)" in all_of(page_chart(PATTERN))


def test_specifications_compile_and_name_no_address():
    series = option_series(PATTERN)
    for spec in (curves_chart(series).for_file(), one_by_one(series)[0].for_file()):
        vl_convert.vegalite_to_vega(json.dumps({**spec, "width": 600}))
        without_schema = {key: value for key, value in spec.items() if key != "$schema"}
        assert "http" not in json.dumps(without_schema)


def test_svg_carries_inputs_limits_and_model():
    svg = chart_as_svg(CASE, PATTERN)
    model = load_model()
    for words in (
        "AML, relapse after remission, 200 days after first transplant",
        "aged 8 at first transplant",
        "MRD positive after reinduction",
        "2000–2009",
        "not randomized",
        "borrowed",
        model.version,
        model.source_hash[:12],
        *(result.label for result in option_results(PATTERN)),
    ):
        assert words in svg, words
    assert "currentColor" not in svg


def test_png_carries_inputs_and_model():
    png = chart_as_png(CASE, PATTERN)
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(png) > 50_000
    assert b"AML, relapse after remission, 200 days" in png
    assert load_model().source_hash[:12].encode() in png


def test_description_leaves_the_picture_as_it_was():
    png = chart_as_png(CASE, PATTERN)
    again = described_png(png, "x")
    assert len(again) == len(png) + 12 + len(b"Description\0\0\0\0\0x")
    assert again.endswith(png[33:])


def test_file_name_has_no_identifier():
    assert file_name(CASE, "csv") == "aftergraft-AML-200-days.csv"


@pytest.mark.parametrize(
    ("fraction", "words"),
    [
        (0.0, "<1%"),
        (0.0099, "<1%"),
        (0.01, "1%"),
        (0.516, "52%"),
        (0.99, "99%"),
        (0.9901, ">99%"),
        (1.0, "100%"),
    ],
)
def test_percentages_are_whole_and_never_claim_certainty(fraction, words):
    assert percent(fraction) == words


@pytest.mark.parametrize(
    ("lower", "upper", "words"),
    [
        (0.386, 0.642, "39–64%"),
        (0.004, 0.1, "<1–10%"),
        (0.001, 0.004, "<1%"),
        (0.9, 0.999, "90–>99%"),
    ],
)
def test_intervals_in_words(lower, upper, words):
    assert percent_interval(lower, upper) == words


def test_days_are_named_as_clinicians_name_them():
    names = [horizon_name(day) for day in TABLE_DAYS]
    assert names == ["100 days", "6 months", "1 year", "2 years", "4 years"]
    assert interval_words("183-364") == "days 183 to 364"
    assert interval_words("365+") == "day 365 or later"


def test_one_by_one_the_option_stands_out_from_the_others_behind_it():
    series = option_series(PATTERN)
    for one, drawing in zip(series, one_by_one(series), strict=True):
        svg = vl_convert.vegalite_to_svg(json.dumps({**drawing.for_file(), "width": 250}))
        lines = re.findall(r'<path aria-label[^>]*>|<path [^>]*stroke-width="[^>]*>', svg)
        own = [line for line in lines if f"light-dark({one.color}" in line]
        widths = {float(w) for line in own for w in re.findall(r'stroke-width="([\d.]+)"', line)}
        assert 2.5 in widths
        others = [other.color for other in series if other.id != one.id]
        assert not any(f"light-dark({color}" in svg for color in others)
        assert re.search(rf'fill="light-dark\({one.color}[^>]*fill-opacity="0\.2"', svg)
