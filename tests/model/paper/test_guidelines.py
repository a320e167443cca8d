"""The guidance is the paper's: every cell, every boundary day, every condition."""

import csv
import dataclasses
import gettext
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import language
from model.case import LEUKEMIAS
from model.options import TREATMENTS
from model.paper import guidelines_file
from model.paper.disagreements import disagreements
from model.paper.guidelines import guidance, stance
from model.paper.guidelines_file import GuidelinesError

FIRST, SECOND, THIRD = 100, 200, 900
ALL_LEUKEMIAS = ("B-ALL", "T-ALL")

# Made up: second SCT between chemotherapy + DLI and chemotherapy alone, as in Table 4.
SURVIVAL = {"second_sct": 0.61, "chemo_dli": 0.66, "chemo": 0.5, "dli": 0.4, "palliative": 0.12}


def named(result):
    """Each option as (rank, closest treatment, input of its condition), in the paper's order."""
    return [(o.rank, o.closest_arm, o.condition_input) for o in result.options]


def option(result, option_id):
    return next(o for o in result.options if o.id == option_id)


def stances(*arms):
    """The stance to the five treatments, in their fixed order."""
    return dict(zip(TREATMENTS, arms, strict=True))


# ------------------------------------------------------------------------------------ cells

CELLS = {
    ("AML", FIRST): [
        ("alternative", "palliative", "performance"),
        ("alternative", None, "performance"),
    ],
    ("AML", SECOND): [("preferred", "chemo_dli", None), ("only_if", "second_sct", "mrd")],
    ("AML", THIRD): [("preferred", "second_sct", None)],
    **{
        (leukemia, FIRST): [
            ("alternative", None, None),
            ("alternative", None, None),
            ("alternative", "palliative", None),
            ("doubtful", "second_sct", None),
        ]
        for leukemia in ALL_LEUKEMIAS
    },
    **{
        (leukemia, days): [
            ("preferred", "chemo", None),
            ("preferred", "chemo_dli", None),
            ("doubtful", "second_sct", None),
        ]
        for leukemia in ALL_LEUKEMIAS
        for days in (SECOND, THIRD)
    },
    **{("biphenotypic", days): [] for days in (FIRST, SECOND, THIRD)},
}

STANCES = {
    ("AML", FIRST): stances("not named", "not named", "not named", "not named", "proposed"),
    ("AML", SECOND): stances("proposed if", "proposed", "not named", "not named", "not named"),
    ("AML", THIRD): stances("proposed", "not named", "not named", "not named", "not named"),
    **{
        (leukemia, FIRST): stances("doubted", "not named", "not named", "not named", "proposed")
        for leukemia in ALL_LEUKEMIAS
    },
    **{
        (leukemia, days): stances("doubted", "proposed", "proposed", "not named", "not named")
        for leukemia in ALL_LEUKEMIAS
        for days in (SECOND, THIRD)
    },
    **{("biphenotypic", days): stances(*5 * ["not named"]) for days in (FIRST, SECOND, THIRD)},
}


@pytest.mark.parametrize(("leukemia", "days"), CELLS)
def test_cell_names_the_options_of_the_paper_in_its_order(leukemia, days):
    assert named(guidance(leukemia, days)) == CELLS[leukemia, days]


@pytest.mark.parametrize(("leukemia", "days"), STANCES)
def test_stance_to_the_five_treatments(leukemia, days):
    result = stance(guidance(leukemia, days))
    assert result == STANCES[leukemia, days]
    assert tuple(result) == TREATMENTS


def test_every_leukemia_and_period_is_covered_above():
    every = {(leukemia, days) for leukemia in LEUKEMIAS for days in (FIRST, SECOND, THIRD)}
    assert set(CELLS) == set(STANCES) == every


@pytest.mark.parametrize(
    ("days", "option_id", "words"),
    [
        (FIRST, "all.first.bispecific_antibodies", "Bispecific antibodies"),
        (FIRST, "all.first.engineered_t_cells", "Engineered T cells"),
        (FIRST, "aml.first.azacitidine_dli", "Azacitidine with DLI"),
    ],
)
def test_option_without_a_modelled_arm_says_why(days, option_id, words):
    leukemia = "AML" if option_id.startswith("aml") else "B-ALL"
    found = option(guidance(leukemia, days), option_id)
    assert found.closest_arm is None
    assert words in found.text
    assert found.arm_note.startswith("No modelled arm")


def test_azacitidine_with_dli_is_told_from_both_dli_arms():
    note = option(guidance("AML", FIRST), "aml.first.azacitidine_dli").arm_note
    assert "DLI alone" in note
    assert "Chemotherapy + DLI" in note


def test_biphenotypic_says_that_the_paper_proposes_nothing_and_how_many_children_there_were():
    result = guidance("biphenotypic", SECOND)
    assert result.options == ()
    said = str(result.no_guidance)
    assert "proposes nothing" in said
    assert "8 of the children" in said
    assert "Table 1" in result.source
    assert guidance("AML", SECOND).no_guidance is None


def test_number_of_biphenotypic_children_is_that_of_table_1():
    evidence = guidelines_file.GUIDELINES.with_name("evidence.csv")
    with evidence.open(encoding="utf-8", newline="") as file:
        printed = {row["id"]: row["printed"] for row in csv.DictReader(file)}
    children = guidelines_file.load().families["biphenotypic"].children
    assert str(children) == printed["t1.n.leukemia.biphenotypic"]


# ---------------------------------------------------------------------------- boundary days


@pytest.mark.parametrize("leukemia", LEUKEMIAS)
@pytest.mark.parametrize(
    ("days", "period"),
    [
        (0, "first"),
        (182, "first"),
        (183, "second"),
        (364, "second"),
        (365, "third"),
        (6570, "third"),
    ],
)
def test_boundary_day_falls_in(leukemia, days, period):
    result = guidance(leukemia, days)
    assert result.period.id == period
    assert result.days_to_failure == days
    assert all(o.id.split(".")[1] == period for o in result.options)


@given(days=st.integers(0, 6570), leukemia=st.sampled_from(LEUKEMIAS))
def test_day_lies_within_the_bounds_of_its_period(days, leukemia):
    period = guidance(leukemia, days).period
    assert period.first_day <= days
    assert period.last_day is None or days <= period.last_day


@pytest.mark.parametrize("days", [-1, 6571, 182.5, "182", None])
def test_day_outside_the_range_is_refused_in_words(days):
    with pytest.raises(ValueError, match=r"^days_to_failure: .* from 0 to 6570$"):
        guidance("AML", days)


def test_period_is_named_as_the_paper_names_it():
    names = {
        (leukemia, days): guidance(leukemia, days).period.name
        for leukemia in ("AML", "B-ALL")
        for days in (FIRST, SECOND, THIRD)
    }
    assert "up to 6 months" in names["AML", FIRST]
    assert "second semester" in names["AML", SECOND]
    assert "after 1 year" in names["AML", THIRD]
    assert "very early" in names["B-ALL", FIRST]
    assert names["B-ALL", SECOND].startswith("early relapse")
    assert names["B-ALL", THIRD].startswith("late relapse")


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"leukemia": "ALL"}, "leukemia: ALL is not one of AML, B-ALL, T-ALL, biphenotypic"),
        ({"performance": "fair"}, "performance: fair is not one of good, poor"),
        ({"mrd": "yes"}, "mrd: yes is not one of positive, negative"),
        ({"tbi": "positive"}, "tbi: positive is not one of yes, no"),
    ],
)
def test_unknown_value_is_refused_with_what_would_be_right(inputs, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        guidance(**{"leukemia": "AML", "days_to_failure": 10} | inputs)


# ------------------------------------------------------------------------------- conditions


@pytest.mark.parametrize(
    ("mrd", "status", "stands"),
    [
        (None, "not given", "proposed if"),
        ("positive", "met", "proposed"),
        ("negative", "not met", "proposed if"),
    ],
)
def test_mrd_settles_second_transplant_in_the_second_period_of_aml(mrd, status, stands):
    result = guidance("AML", SECOND, mrd=mrd)
    assert option(result, "aml.second.second_sct").condition_status == status
    assert stance(result)["second_sct"] == stands
    assert option(result, "aml.second.chemo_dli").condition_status == "none"
    assert stance(result)["chemo_dli"] == "proposed"
    decided = {reason.input: reason for reason in result.decided_by}
    assert ("mrd" in decided) == (mrd is not None)
    assert result.missing == (("mrd",) if mrd is None else ())
    if mrd is not None:
        assert decided["mrd"].value == mrd
        assert mrd in decided["mrd"].sentence


@pytest.mark.parametrize("performance", ["good", "poor"])
def test_performance_is_weighed_and_decides_nothing(performance):
    result = guidance("AML", FIRST, performance=performance)
    assert [o.condition_status for o in result.options] == ["to be weighed"] * 2
    assert [(r.input, r.value) for r in result.weighed] == [("performance", performance)]
    assert [r.input for r in result.decided_by] == ["leukemia", "days_to_failure"]
    assert stance(result) == stance(guidance("AML", FIRST))
    assert result.missing == ()


def test_performance_is_missing_where_the_paper_weighs_it():
    result = guidance("AML", FIRST)
    assert [o.condition_status for o in result.options] == ["not given"] * 2
    assert result.missing == ("performance",)
    assert result.weighed == ()


@pytest.mark.parametrize("leukemia", ALL_LEUKEMIAS)
@pytest.mark.parametrize("days", [FIRST, SECOND, THIRD])
@pytest.mark.parametrize(
    ("tbi", "status"), [(None, "not given"), ("yes", "to be weighed"), ("no", "to be weighed")]
)
def test_tbi_bears_on_a_remark_in_all_and_never_lifts_the_doubt(leukemia, days, tbi, status):
    result = guidance(leukemia, days, tbi=tbi)
    (remark,) = [r for r in result.remarks if r.condition_input == "tbi"]
    assert remark.condition_status == status
    assert "TBI" in remark.text
    assert stance(result)["second_sct"] == "doubted"
    assert result.missing == (("tbi",) if tbi is None else ())
    assert [r.value for r in result.weighed] == ([tbi] if tbi else [])
    assert "tbi" not in [r.input for r in result.decided_by]


def test_absent_tbi_is_not_said_to_lift_the_doubt():
    (weighed,) = guidance("B-ALL", THIRD, tbi="no").weighed
    assert "does not concern this child" in weighed.sentence
    assert "does not say that its doubt then falls away" in weighed.sentence


@pytest.mark.parametrize(
    ("leukemia", "days", "not_used"),
    [
        ("AML", FIRST, ("mrd", "tbi")),
        ("AML", SECOND, ("performance", "tbi")),
        ("AML", THIRD, ("performance", "mrd", "tbi")),
        ("T-ALL", SECOND, ("performance", "mrd")),
        ("biphenotypic", FIRST, ("performance", "mrd", "tbi")),
    ],
)
def test_input_the_paper_does_not_use_is_named_as_such(leukemia, days, not_used):
    result = guidance(leukemia, days, performance="good", mrd="negative", tbi="yes")
    assert result.not_used == not_used
    assert result.missing == ()
    accounted = {r.input for r in (*result.decided_by, *result.weighed)} | set(not_used)
    assert accounted == {"leukemia", "days_to_failure", "performance", "mrd", "tbi"}


@pytest.mark.parametrize(("leukemia", "days"), CELLS)
def test_leukemia_and_days_always_decide(leukemia, days):
    first, second = guidance(leukemia, days).decided_by
    assert (first.input, first.value) == ("leukemia", leukemia)
    assert (second.input, second.value) == ("days_to_failure", str(days))
    assert str(days) in second.sentence


# ---------------------------------------------------------------------- remarks and sources


@pytest.mark.parametrize(("leukemia", "days"), CELLS)
def test_dialogue_with_the_family_is_asked_for_everywhere(leukemia, days):
    remark = guidance(leukemia, days).remarks[-1]
    assert remark.id == "dialogue"
    assert "parents and child" in remark.text


@pytest.mark.parametrize(
    ("leukemia", "days", "remarks"),
    [
        ("AML", FIRST, {"aml.performance", "aml.subgroup", "tentative", "dialogue"}),
        ("AML", SECOND, {"aml.mrd", "aml.subgroup", "tentative", "dialogue"}),
        ("AML", THIRD, {"aml.subgroup", "tentative", "dialogue"}),
        (
            "T-ALL",
            FIRST,
            {"all.first_bound", "all.lineage", "all.tbi", "all.subgroup", "tentative", "dialogue"},
        ),
        ("B-ALL", SECOND, {"all.tbi", "all.subgroup", "tentative", "dialogue"}),
        ("B-ALL", THIRD, {"all.tbi", "all.subgroup", "tentative", "dialogue"}),
        ("biphenotypic", THIRD, {"dialogue"}),
    ],
)
def test_remarks_of_the_cell(leukemia, days, remarks):
    assert {remark.id for remark in guidance(leukemia, days).remarks} == remarks


@pytest.mark.parametrize(("leukemia", "days"), CELLS)
def test_every_text_cites_its_place_in_the_paper(leukemia, days):
    result = guidance(leukemia, days)
    sources = [result.source, result.period.source]
    sources += [o.source for o in result.options] + [r.source for r in result.remarks]
    for source in sources:
        assert any(place in source for place in ("Discussion", "Results", "Table")), source
    family = {"aml": "AML", "all": "ALL"}.get(result.family)
    for proposed in result.options:
        assert f"guidelines for {family}," in proposed.source
    assert "10.1038/bmt.2016.360" in result.citation


# ------------------------------------------------------------- guidance against the curves


@pytest.mark.parametrize("leukemia", ["AML", *ALL_LEUKEMIAS])
@pytest.mark.parametrize("days", [FIRST, SECOND, THIRD])
@pytest.mark.parametrize("survival", [{}, SURVIVAL])
def test_curves_are_always_said_not_to_know_the_leukemia(leukemia, days, survival):
    notes = disagreements(guidance(leukemia, days), survival)
    assert "do not know the type of leukemia" in notes[0]
    assert 1 <= len(notes) <= 4


def test_biphenotypic_has_one_note():
    (note,) = disagreements(guidance("biphenotypic", FIRST), SURVIVAL)
    assert "proposes nothing" in note
    assert "8 of the children" in note


@pytest.mark.parametrize("leukemia", ALL_LEUKEMIAS)
def test_late_all_notes_the_curve_of_the_doubted_second_transplant(leukemia):
    notes = disagreements(guidance(leukemia, THIRD), SURVIVAL)
    assert notes[1:] == [
        "By the curves, one-year survival is no lower with Chemotherapy then second SCT, whose "
        "benefit the paper doubts here, than with Chemotherapy alone, which it proposes. The table "
        "has the intervals."
    ]
    assert "doubt about Chemotherapy then second SCT in ALL is not in the curves" in notes[0]


def test_doubted_treatment_below_every_proposed_one_is_not_compared():
    survival = SURVIVAL | {"second_sct": 0.49}
    assert len(disagreements(guidance("B-ALL", THIRD), survival)) == 1


def test_doubted_treatment_level_with_a_proposed_one_is_compared():
    survival = SURVIVAL | {"second_sct": SURVIVAL["chemo"]}
    (_, note) = disagreements(guidance("B-ALL", THIRD), survival)
    assert "no lower with Chemotherapy then second SCT" in note


def test_early_aml_notes_every_curve_above_palliative_care_in_one_note():
    notes = disagreements(guidance("AML", FIRST), SURVIVAL)
    assert len(notes) == 3
    assert "no curve here shows: Azacitidine with DLI" in notes[1]
    assert notes[2] == (
        "By the curves, one-year survival is no lower with Chemotherapy then second SCT, "
        "Chemotherapy + DLI, Chemotherapy alone and DLI alone, which the paper does not name here, "
        "than with Palliative care, which it proposes. The table has the intervals."
    )


def test_very_early_all_names_both_options_without_a_curve_in_one_note():
    notes = disagreements(guidance("T-ALL", FIRST), SURVIVAL)
    assert "Bispecific antibodies; Engineered T cells" in notes[1]
    assert len(notes) == 4


def test_late_aml_notes_chemotherapy_and_dli_above_the_second_transplant():
    (_, note) = disagreements(guidance("AML", THIRD), SURVIVAL)
    assert "Chemotherapy + DLI, which the paper does not name here" in note
    assert "than with Chemotherapy then second SCT, which it proposes" in note
    assert "Palliative" not in note


def test_treatments_above_different_proposed_ones_are_compared_apart():
    survival = {"second_sct": 0.2, "chemo_dli": 0.6, "chemo": 0.3, "dli": 0.7, "palliative": 0.4}
    (_, note) = disagreements(guidance("B-ALL", SECOND), survival)
    assert "DLI alone, which the paper does not name here, than with Chemotherapy + DLI" in note
    assert "and Chemotherapy alone, which it proposes; no lower with Palliative care" in note
    assert "does not name here, than with Chemotherapy alone, which it proposes." in note


def test_second_transplant_held_back_by_mrd_is_compared_only_once_mrd_is_negative():
    survival = SURVIVAL | {"second_sct": 0.7}
    (_, note) = disagreements(guidance("AML", SECOND, mrd="negative"), survival)
    assert "second SCT, which the paper proposes only under a condition" in note
    for mrd in (None, "positive"):
        assert len(disagreements(guidance("AML", SECOND, mrd=mrd), survival)) == 1


def test_treatments_left_out_are_not_compared():
    assert len(disagreements(guidance("AML", THIRD), {"chemo_dli": 0.9})) == 1


@pytest.mark.parametrize(
    ("survival", "message"),
    [
        ({"surgery": 0.5}, "treatment: surgery is not one of second_sct"),
        ({"chemo": 50}, "chemo: 50 is not a survival from 0 to 1"),
        ({"chemo": float("nan")}, "chemo: nan is not a survival from 0 to 1"),
    ],
)
def test_impossible_survival_is_refused(survival, message):
    with pytest.raises(ValueError, match=message):
        disagreements(guidance("AML", THIRD), survival)


@given(
    survival=st.dictionaries(st.sampled_from(TREATMENTS), st.floats(0, 1)),
    leukemia=st.sampled_from(LEUKEMIAS),
    days=st.integers(0, 6570),
)
def test_notes_are_few_and_give_no_verdict(survival, leukemia, days):
    notes = disagreements(guidance(leukemia, days), survival)
    assert 1 <= len(notes) <= 4
    words = " ".join(notes).lower().split()
    assert not {"best", "better", "worse", "should", "recommend", "superior"} & set(words)


# ---------------------------------------------------------------------------- its language


def test_texts_of_the_file_are_translated_when_asked_for_not_when_loaded():
    class Marked(gettext.NullTranslations):
        def gettext(self, message):
            return f"fr:{message}"

    plain = guidance("AML", FIRST)
    language.use(Marked(), "marked")
    try:
        marked = guidance("AML", FIRST, performance="good")
        notes = disagreements(marked, SURVIVAL)
    finally:
        language.use(gettext.NullTranslations(), "en")
    assert marked.period.name == f"fr:{plain.period.name}"
    for before, after in zip(plain.options, marked.options, strict=True):
        assert after.text == f"fr:{before.text}"
        assert after.condition == f"fr:{before.condition}"
        assert after.arm_note == (f"fr:{before.arm_note}" if before.arm_note else "")
    assert marked.remarks[0].text == f"fr:{plain.remarks[0].text}"
    assert marked.weighed[0].sentence.startswith("fr:Performance status is good")
    assert all(note.startswith("fr:") for note in notes)
    assert guidance("AML", FIRST) == plain


def test_guidance_cannot_be_altered():
    with pytest.raises(dataclasses.FrozenInstanceError):
        guidance("AML", FIRST).leukemia = "B-ALL"  # type: ignore[misc]


# --------------------------------------------------------------------------- the file itself


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('rank = "preferred"', 'rank = "best"', r"aml.second.chemo_dli: 'best' is not one of"),
        ('rank = "preferred"', 'rnak = "preferred"', r"options\[1\]: unknown key 'rnak'"),
        ('rank = "preferred"\n', "", r"options\[1\]: 'rank' is missing"),
        ('closest_arm = "chemo_dli"', 'closest_arm = "aza"', "'aza' is not one of second_sct"),
        ('closest_arm = "chemo_dli"', 'closest_arm = ""', "no arm_note says why"),
        ('condition = "mrd"\n', "", "only_if, and no condition says what"),
        ('condition = "mrd"', 'condition = "age"', "'age' is not one of performance, mrd, tbi"),
        ("last_day = 182", "last_day = 180", "periods.second: first_day must be 181"),
        ("last_day = 182", "last_day = true", "first: last_day cannot be True"),
        ('text = "Bispecific antibodies"', 'text = ""', "text is empty"),
        ('period = "third"', 'period = "second"', "cells.aml.second: there are two of it"),
        ('leukemias = ["AML"]', 'leukemias = ["B-ALL"]', "families: must name each of AML"),
        ('leukemias = ["AML"]', "leukemias = [1]", r"aml: leukemias cannot be \[1\]"),
        ("[conditions.values.negative]", "[conditions.values.unsure]", "unknown key 'unsure'"),
        ('status = "not met"', 'status = "unmet"', "conditions.mrd.negative: 'unmet' is not one"),
        ('families = ["all"]', 'families = ["mds"]', "remarks.all.first_bound: 'mds' is not one"),
        ('id = "all.second.chemo"', 'id = "all.second.chemo_dli"', "there are two of"),
        ('id = "all.second.chemo"', 'id = "aml.second.chemo"', "is not an id of this cell"),
        ("children = 8\n", "", "no_guidance and children go together"),
        ("[paper]", "[papers]", "unknown key 'papers'"),
        ("[paper]", "[paper", "guidelines.toml: "),
    ],
)
def test_damaged_file_is_refused_with_the_place_named(tmp_path, before, after, message):
    content = guidelines_file.GUIDELINES.read_text(encoding="utf-8")
    assert before in content
    damaged = tmp_path / "guidelines.toml"
    damaged.write_text(content.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(GuidelinesError, match=message):
        guidelines_file.load(damaged)


def test_missing_cell_is_named(tmp_path):
    content = guidelines_file.GUIDELINES.read_text(encoding="utf-8")
    start = content.index('[[cells]]\nfamily = "aml"\nperiod = "third"')
    end = content.index("[[cells]]\n", start + 1)
    damaged = tmp_path / "guidelines.toml"
    damaged.write_text(content[:start] + content[end:], encoding="utf-8")
    with pytest.raises(GuidelinesError, match=r"^cells.aml.third: is missing$"):
        guidelines_file.load(damaged)


def test_file_is_read_once():
    assert guidelines_file.load() is guidelines_file.load()
    assert isinstance(guidelines_file.GUIDELINES, Path)
