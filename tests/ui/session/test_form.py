"""The form: what it asks for, what it refuses and in which words, and what a link brings."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from model.case import (
    AGE_RANGE,
    CHOICES,
    DAYS_SURVIVED_RANGE,
    DAYS_TO_FAILURE_RANGE,
    Case,
    age_expected,
)
from model.options import TREATMENTS
from tests.whole_app import all_said, entry_script_first, open_app
from ui.session.address import FROM_LINK, OF_PAGES
from ui.session.form import INPUTS_BY_NAME, FormState
from ui.session.words import field_label, told_input
from ui.shown.described import ANSWERS_IN_WORDS

SAMPLE = {"leukemia": "AML", "days": "200", "cr": "yes", "age": "8"}
DAYS, AGE = field_label("days_to_failure"), field_label("age_years")
ALIVE = field_label("days_survived")


@pytest.fixture(autouse=True)
def _entry_script_first() -> Iterator[None]:
    with entry_script_first():
        yield


def form_of(app: AppTest) -> FormState:
    assert not app.exception
    assert "Something went wrong" not in " ".join(box.value for box in app.error)
    state: FormState = app.session_state["form_state"]
    return state


def case_of(app: AppTest) -> Case:
    case = form_of(app).case
    assert case is not None
    return case


def field(fields: Iterable[Any], name: str) -> Any:
    """A field by its label: its key is another once it has given way to a new one."""
    return next(one for one in fields if one.label == field_label(INPUTS_BY_NAME[name]))


def enter(app: AppTest, name: str, typed: object) -> AppTest:
    field(app.sidebar.text_input, name).set_value(str(typed))
    return app.run()


def date_fields(app: AppTest) -> list[Any]:
    return [one for one in app.sidebar.text_input if one.label.startswith("Date ")]


def enter_dates(app: AppTest, transplant: object, failure: object) -> AppTest:
    for place, typed in enumerate((transplant, failure)):
        date_fields(app)[place].set_value(str(typed))
        app.run()
    return app


def dates_of(app: AppTest) -> list[str]:
    return [entry.value for entry in date_fields(app)]


def guidance_inputs_of(app: AppTest) -> list[object]:
    names = ("mrd", "performance", "tbi")
    return [field(app.sidebar.segmented_control, name).value for name in names]


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    return app.run()


def words_beside_fields(app: AppTest) -> str:
    """What is refused beside its field; that what was typed stands there as code, is left out."""
    boxes = [*app.sidebar.error, *app.sidebar.warning]
    return " ".join(box.value for box in boxes).replace("`", "")


def notice(app: AppTest) -> str:
    return " ".join(box.value for box in app.main.info if "link" in box.value)


# ------------------------------------------------------------------------------ nothing given


def test_no_clinical_input_has_a_default() -> None:
    app = open_app()
    assert [radio.value for radio in app.sidebar.radio] == [None, None]
    assert [field.value for field in app.sidebar.text_input] == [""] * 5
    assert guidance_inputs_of(app) == [None, None, None]
    assert form_of(app).case is None


def test_what_is_missing_is_named_in_the_order_of_the_form() -> None:
    form = form_of(open_app())
    assert form.missing == tuple(
        field_label(field) for field in ("days_to_failure", "post_transplant_cr")
    )
    assert form.missing_for_guidance == (field_label("leukemia"), *form.missing)
    assert form.problems == ()


@pytest.mark.parametrize("name", ["days", "cr"])
def test_one_missing_input_is_enough_for_no_case(name: str) -> None:
    link = {other: text for other, text in SAMPLE.items() if other != name}
    form = form_of(open_app(**link))
    assert form.case is None
    assert len(form.missing) == len(form.missing_for_guidance) == 1


def test_survival_needs_neither_age_nor_leukemia_and_guidance_waits_for_the_leukemia() -> None:
    app = open_app(days="200", cr="yes")
    form = form_of(app)
    assert form.case == Case(None, 200, True)
    assert form.missing == ()
    assert form.missing_for_guidance == (field_label("leukemia"),)
    said = all_said(app)
    assert "Leukemia not given, relapse after remission, 200 days" in said
    assert "Enter the leukemia to see it." in said
    assert "The sheet for the record needs the leukemia." in said
    app.switch_page("pages/counselling.py").run()
    assert "depends on the leukemia" in app.main.info[0].value
    app.switch_page("pages/compare.py").run()
    assert app.main.get("vega_lite_chart")
    assert "What the paper says of this option here" not in all_said(app)


# ---------------------------------------------------------------------------------- links


def test_the_sample_link_opens_a_filled_in_case() -> None:
    app = open_app(**SAMPLE)
    assert case_of(app) == Case("AML", 200, True, 8)
    assert form_of(app).treatments == TREATMENTS
    assert notice(app) == ""
    assert app.query_params == SAMPLE


def test_a_link_brings_back_every_input() -> None:
    link = SAMPLE | {"cr": "no", "mrd": "positive", "performance": "poor", "tbi": "no"}
    app = open_app(**link, chemo="false")
    assert case_of(app) == Case("AML", 200, False, 8, performance="poor", mrd="positive", tbi="no")
    assert "chemo" not in form_of(app).treatments


@pytest.mark.parametrize(
    ("name", "text", "accepted"),
    [
        ("leukemia", "ALL", "one of AML, B-ALL, T-ALL, biphenotypic"),
        ("cr", "maybe", "one of yes, no"),
        ("mrd", "perhaps", "one of positive, negative"),
        ("performance", "90", "one of good, poor"),
        ("tbi", "2", "one of yes, no"),
        ("dli", "perhaps", "one of true, false"),
        ("name", "Smith", "there is no such input"),
        ("Leukemia", "AML", "there is no such input"),
    ],
)
def test_what_a_link_loses_is_named_with_what_is_accepted(
    name: str, text: str, accepted: str
) -> None:
    app = open_app(**SAMPLE | {name: text})
    assert f"`{name}={text}`" in notice(app)
    assert accepted in notice(app)
    assert name not in app.query_params
    assert all(app.query_params[other] == SAMPLE[other] for other in SAMPLE if other != name)


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("leukemia", "aml", "AML"),
        ("leukemia", "AML ", "AML"),
        ("leukemia", " t-all", "T-ALL"),
        ("leukemia", "Biphenotypic", "biphenotypic"),
        ("cr", "YES", "yes"),
        ("mrd", "Positive ", "positive"),
    ],
)
def test_a_code_of_a_link_is_understood_in_any_case_and_with_blanks(
    name: str, text: str, code: str
) -> None:
    app = open_app(**SAMPLE | {name: text})
    assert notice(app) == ""
    assert app.query_params[name] == code
    assert form_of(app).case is not None


def test_an_input_given_twice_counts_once_and_that_is_said() -> None:
    app = open_app(**SAMPLE | {"days": ["100", "300"]})
    assert case_of(app).days_to_failure == 300
    assert "`days=100`: given more than once" in notice(app)


@pytest.mark.parametrize("text", ["9999", "1,5", "-1", "abc", "1e2", "inf", "nan", "1 year", "٣"])
@pytest.mark.parametrize(("name", "label"), [("days", DAYS), ("alive", ALIVE), ("age", AGE)])
def test_a_number_of_a_link_that_cannot_be_used_stays_in_its_field_and_stops_the_prediction(
    name: str, label: str, text: str
) -> None:
    app = open_app(**SAMPLE | {name: text})
    assert field(app.sidebar.text_input, name).value == text
    assert form_of(app).case is None
    assert [problem.field for problem in form_of(app).problems] == [label]
    verb = "is out of range" if text == "9999" else "is not"
    assert f"{text} {verb}" in words_beside_fields(app)
    assert "Nothing is predicted yet." in app.main.info[0].value
    assert f"{label}: `{text}` {verb}" in app.main.error[0].value
    assert not app.main.get("vega_lite_chart")
    # What may be anybody's name, or a date, does not stay in the address; that it was there does.
    counts = {"9999", "1,5", "-1"}
    assert app.query_params[name] == (text if text in counts else "?")
    again = open_app(**app.query_params)
    assert form_of(again).case is None
    assert [problem.field for problem in form_of(again).problems] == [label]


def test_the_notice_stays_until_the_form_changes() -> None:
    app = open_app(**SAMPLE | {"mrd": "x"})
    app.run()
    assert "mrd=x" in notice(app)
    assert notice(enter(app, "days", 201)) == ""
    assert notice(app.run()) == ""


def test_the_notice_can_be_dismissed() -> None:
    app = press(open_app(**SAMPLE | {"mrd": "x"}), "Understood")
    assert notice(app) == ""
    assert case_of(app).days_to_failure == 200


def test_what_a_link_says_to_another_page_is_left_to_that_page() -> None:
    app = open_app(**SAMPLE, **dict.fromkeys(OF_PAGES, "1"))
    assert notice(app) == ""
    assert app.query_params == SAMPLE
    assert set(app.session_state[FROM_LINK]) == set(OF_PAGES)


@pytest.mark.parametrize(("text", "shown"), [("false", False), ("FALSE", False), ("true", True)])
def test_an_option_of_a_link_is_shown_or_not(text: str, shown: bool) -> None:
    app = open_app(**SAMPLE, dli=text)
    assert ("dli" in form_of(app).treatments) == shown
    assert app.query_params == (SAMPLE if shown else SAMPLE | {"dli": "false"})


HOSTILE = [
    "<script>alert(1)</script>",
    "![x](http://example.org/x.png)",
    "[x](javascript:alert(1))",
    "`</code><b>x",
    "a" * 100_000,
    "'; DROP TABLE children; --",
    "\x00\x1b[31m\n\n# x",
    "__import__('os').system('true')",
    "🙂" * 50,
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("name", ["leukemia", "days", "x"])
def test_a_hostile_link_is_shown_as_plain_text_and_harms_nothing(name: str, text: str) -> None:
    app = open_app(**SAMPLE | {name: text})
    assert not app.exception
    words = notice(app)
    if name == "days":
        words = next(line for line in app.main.error[0].value.splitlines() if DAYS in line)
    else:
        assert not app.error
    assert words
    assert len(words) < 1000
    # All of what came from outside stands within code spans, where nothing has a meaning.
    outside_code = "".join(words.split("`")[::2])
    assert not any(sign in outside_code for sign in "<>[]!#_*")


@pytest.mark.parametrize("text", ["]![x](http://e.org/x.png)", "]:red[x]", "]**x**$a$"])
@pytest.mark.parametrize("name", ["days", "alive", "age"])
def test_what_is_refused_beside_its_field_is_plain_text(name: str, text: str) -> None:
    app = open_app(**SAMPLE | {name: text})
    said = app.sidebar.error[0].value
    outside_code = "".join(said.split("`")[::2])
    assert not any(sign in outside_code for sign in "<>[]!#_*:$")


def test_a_hostile_name_is_shown_as_plain_text() -> None:
    words = notice(open_app(**{"<b>![x](http://example.org)": "1"}))
    assert "`<b>![x](http://example.org)=1`" in words


def test_a_link_with_very_many_inputs_gives_a_short_notice() -> None:
    words = notice(open_app(**{f"x{number}": "1" for number in range(300)}))
    assert words.count("\n- ") == 9
    assert "and 292 more" in words


# -------------------------------------------------------------------------------- numbers


@pytest.mark.parametrize("days", DAYS_TO_FAILURE_RANGE)
def test_the_first_and_last_day_in_range_are_accepted(days: int) -> None:
    assert case_of(enter(open_app(**SAMPLE), "days", days)).days_to_failure == days


@pytest.mark.parametrize("alive", DAYS_SURVIVED_RANGE)
def test_the_first_and_last_day_alive_are_accepted(alive: int) -> None:
    app = enter(open_app(**SAMPLE), "alive", alive)
    assert case_of(app).days_survived == alive
    assert app.query_params == SAMPLE | {"alive": str(alive)}


def test_days_alive_are_optional_and_can_be_taken_back() -> None:
    app = open_app(**SAMPLE, alive="60")
    assert case_of(app).days_survived == 60
    app = enter(app, "alive", "")
    assert case_of(app).days_survived == 0
    assert form_of(app).missing == ()
    assert app.query_params == SAMPLE


@pytest.mark.parametrize("age", AGE_RANGE)
def test_the_first_and_last_age_in_range_are_accepted(age: int) -> None:
    assert case_of(enter(open_app(**SAMPLE), "age", age)).age_years == age


@pytest.mark.parametrize(
    ("name", "number", "words"),
    [
        ("days", -1, "-1 is not a whole number of days from 0 to 6570."),
        ("days", 6571, "6571 is out of range. Enter 0 to 6570 days after first transplant."),
        ("days", "200.5", "200.5 is not a whole number of days from 0 to 6570."),
        ("days", "200,5", "200,5 is not a whole number of days from 0 to 6570."),
        ("days", "1,5", "1,5 is not a whole number of days from 0 to 6570."),
        ("days", "1e3", "1e3 is not a whole number of days from 0 to 6570."),
        ("days", "2 00", "2 00 is not a whole number of days from 0 to 6570."),
        ("days", "1,200", "1,200 can mean 1200 or 1.2; write the one that is meant in this way."),
        ("days", "1.200", "1.200 can mean 1200 or 1.2; write the one that is meant in this way."),
        ("days", "200.000", "200.000 can mean 200000 or 200; write the one that is meant"),
        ("days", "200 days", "200 days is not a whole number of days from 0 to 6570."),
        ("alive", 1096, "1096 is out of range. Enter 0 to 1095: later than that the study says"),
        ("alive", 1400, "1400 is out of range. Enter 0 to 1095: later than that the study says"),
        ("alive", "10,5", "10,5 is not a whole number of days from 0 to 1095."),
        ("alive", "0.5", "0.5 is not a whole number of days from 0 to 1095."),
        ("age", 18, "18 is out of range. Enter 0 to 17: the study is of children under 18"),
        ("age", -1, f"-1 is not {age_expected()}."),
        ("age", "8,5", f"8,5 is not {age_expected()}."),
        ("age", "8.16", f"8.16 is not {age_expected()}."),
    ],
)
def test_an_unusable_number_is_refused_in_words_and_nothing_else_is_lost(
    name: str, number: object, words: str
) -> None:
    link = SAMPLE | {"alive": "60"}
    app = enter(open_app(**link, mrd="positive"), name, number)
    form = form_of(app)
    assert form.case is None
    assert form.missing == ()
    assert words in words_beside_fields(app)
    assert not app.main.get("vega_lite_chart")
    assert field(app.sidebar.text_input, name).value == str(number)
    assert case_of(enter(app, name, link[name])) == Case(
        "AML", 200, True, 8, mrd="positive", days_survived=60
    )


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("1 200", 1200),
        ("1\u202f200", 1200),
        ("1\u00a0200", 1200),
        ("200,0", 200),
        ("200.00", 200),
        (" 200 ", 200),
        ("+200", 200),
        ("0200", 200),
    ],
)
def test_a_whole_number_is_read_as_it_is_written_here_and_in_france(typed: str, days: int) -> None:
    app = enter(open_app(**SAMPLE | {"days": "5"}), "days", typed)
    assert case_of(app).days_to_failure == days
    assert app.query_params["days"] == str(days)


@pytest.mark.parametrize(
    "typed", ["Anna", "12.03.2015", "12 03 2015", "2013.11", "12032015", "48213", "0102030405"]
)
def test_what_is_no_count_stays_in_its_field_and_out_of_the_address(typed: str) -> None:
    app = enter(open_app(**SAMPLE), "days", typed)
    assert field(app.sidebar.text_input, "days").value == typed
    assert app.query_params["days"] == "?"


def test_a_cleared_number_is_missing_again() -> None:
    form = form_of(enter(open_app(**SAMPLE), "days", ""))
    assert form.missing == (DAYS,)
    assert form.problems == ()


# ---------------------------------------------------------------------------------- dates


def test_two_dates_write_the_number_of_days() -> None:
    app = enter_dates(open_app(**SAMPLE | {"days": "5"}), date(2024, 1, 1), date(2024, 7, 19))
    assert case_of(app).days_to_failure == 200
    assert "200 days." in [line.value for line in app.sidebar.markdown]


def test_failure_on_the_day_of_transplant_is_day_0() -> None:
    app = enter_dates(open_app(**SAMPLE), date(2024, 1, 1), date(2024, 1, 1))
    assert case_of(app).days_to_failure == 0


def test_failure_today_is_accepted() -> None:
    today = date.today()
    app = enter_dates(open_app(**SAMPLE), today - timedelta(days=7), today)
    assert case_of(app).days_to_failure == 7


def test_dates_never_reach_the_address() -> None:
    app = enter_dates(open_app(**SAMPLE), date(2024, 1, 1), date(2024, 7, 19))
    assert set(app.query_params) == set(SAMPLE)
    assert "2024" not in str(app.query_params)


def test_a_number_typed_afterwards_clears_the_dates() -> None:
    app = enter_dates(open_app(**SAMPLE), date(2024, 1, 1), date(2024, 7, 19))
    app = enter(app, "days", 90)
    assert dates_of(app) == ["", ""]
    assert case_of(app).days_to_failure == 90


@pytest.mark.parametrize(
    ("transplant", "failure"),
    [
        ("2024-01-01", "2024-07-19"),
        ("2024/1/1", "19/07/2024"),
        ("01.01.2024", "7/19/2024"),
        ("2024-01-01 00:00:00", "2024-07-19T10:30"),
    ],
)
def test_dates_are_read_as_people_and_programs_write_them(transplant: str, failure: str) -> None:
    app = enter_dates(open_app(**SAMPLE | {"days": "5"}), transplant, failure)
    assert case_of(app).days_to_failure == 200
    said = " ".join(line.value for line in app.sidebar.caption)
    assert "From January 1, 2024 to July 19, 2024." in said


def test_a_date_that_could_be_two_is_asked_about_in_english_and_not_in_french() -> None:
    app = enter_dates(open_app(**SAMPLE), "2015-01-01", "03/04/2015")
    assert (
        "03/04/2015 can mean 2015-04-03 or 2015-03-04; write the one that is meant in this way."
    ) in words_beside_fields(app)
    assert form_of(app).case is None
    assert field(app.sidebar.text_input, "days").value == ""
    app = open_app(**SAMPLE, lang="fr")
    app = enter_dates(app, "2015-01-01", "03/04/2015")
    assert case_of(app).days_to_failure == 92
    app = enter_dates(app, "2015-01-01", "6/13/2015")
    assert "6/13/2015 n’est pas une date" in words_beside_fields(app)


def test_a_date_read_in_french_stays_that_date_in_english() -> None:
    app = enter_dates(open_app(**SAMPLE, lang="fr"), "01/02/2015", "03/04/2015")
    assert case_of(app).days_to_failure == 61
    app.sidebar.segmented_control(key="language").set_value("en").run()
    assert dates_of(app) == ["2015-02-01", "2015-04-03"]
    assert case_of(app).days_to_failure == 61


@pytest.mark.parametrize(
    ("transplant", "failure", "words"),
    [
        (date(2024, 7, 19), date(2024, 7, 18), "2024-07-18 is not on or after the date of the"),
        (date(2024, 1, 1), "tomorrow", "{tomorrow} is not a date up to today."),
        ("tomorrow", "tomorrow", "{tomorrow} is not a date up to today."),
        ("tomorrow", "", "{tomorrow} is not a date up to today."),
        ("yesterday", "", "yesterday is not a date such as 2015-03-31 or 31/03/2015."),
        ("31/12/20", "", "31/12/20 is not a date such as 2015-03-31 or 31/03/2015."),
        ("2023-02-29", "", "2023-02-29 is not a date such as"),
        ("2015-03-31 2016", "", "2015-03-31 2016 is not a date such as"),
        (date(2000, 1, 1), date(2018, 1, 1), "6575 is out of range. Enter 0 to 6570"),
        (date.min, date(2024, 1, 1), "is out of range. Enter 0 to 6570 days after first"),
    ],
)
def test_unusable_dates_are_refused_stay_and_clear_the_number(
    transplant: object, failure: object, words: str
) -> None:
    # As late as can be: the tests may run past midnight.
    tomorrow = date.today() + timedelta(days=1)
    transplant, failure = (tomorrow if day == "tomorrow" else day for day in (transplant, failure))
    words = words.format(tomorrow=tomorrow)
    app = enter_dates(open_app(**SAMPLE), transplant, failure)
    form = form_of(app)
    assert words in words_beside_fields(app)
    said = words_beside_fields(app)
    assert said.count("is not") + said.count("out of range") == 1
    assert dates_of(app) == [str(transplant), str(failure)]
    assert field(app.sidebar.text_input, "days").value == ""
    assert form.case is None
    assert form.missing == ()
    assert len(form.problems) == 1
    assert case_of(enter(app, "days", 200)) == Case("AML", 200, True, 8)


def test_corrected_dates_are_accepted() -> None:
    app = enter_dates(open_app(**SAMPLE), date(2024, 7, 19), date(2024, 1, 1))
    app = enter_dates(app, date(2024, 1, 1), date(2024, 7, 19))
    assert case_of(app).days_to_failure == 200


# ------------------------------------------------------------------------- options, new case


def test_options_keep_their_order_whatever_the_order_of_the_clicks() -> None:
    app = open_app(**SAMPLE)
    for treatment in TREATMENTS:
        app.sidebar.checkbox(key=treatment).uncheck()
    app.run()
    for treatment in ("palliative", "second_sct", "chemo"):
        app.sidebar.checkbox(key=treatment).check()
        app.run()
    assert form_of(app).treatments == ("second_sct", "chemo", "palliative")


def test_no_option_chosen_is_said() -> None:
    app = open_app(**SAMPLE, **dict.fromkeys(TREATMENTS, "false"))
    assert form_of(app).treatments == ()
    assert "No option is chosen" in words_beside_fields(app)


def test_a_new_case_forgets_everything() -> None:
    link = SAMPLE | {"mrd": "positive", "performance": "poor", "tbi": "no", "chemo": "false"}
    link |= {"alive": "60"}
    app = enter_dates(open_app(**link, foo="bar"), date(2024, 1, 1), date(2024, 7, 19))
    app = press(app, "Start a new case")
    form = form_of(app)
    assert form.case is None
    assert len(form.missing_for_guidance) == 3
    assert form.treatments == TREATMENTS
    assert dates_of(app) == ["", ""]
    assert guidance_inputs_of(app) == [None, None, None]
    assert app.query_params == {}
    assert notice(app) == ""


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("compare", {"column": ["chemo~name-Somebody"], "at": "730", "ref": "9"}),
        ("counselling", {"talk": "yes", "step": "icons", "left_out": "dli", "icons": "chemo,x"}),
    ],
)
def test_a_new_case_forgets_what_the_link_said_of_a_page_not_opened_yet(
    page: str, said: dict[str, str | list[str]]
) -> None:
    app = press(open_app(**SAMPLE, **said), "Start a new case")
    field(app.sidebar.radio, "leukemia").set_value("AML")
    field(app.sidebar.radio, "cr").set_value("yes")
    enter(enter(app, "days", 200), "age", 8)
    app.switch_page(f"pages/{page}.py").run()
    assert case_of(app) == Case("AML", 200, True, 8)
    assert notice(app) == ""
    assert set(app.query_params) - {"column"} == set(SAMPLE)
    assert not any("Somebody" in column for column in app.query_params.get("column", []))


def test_an_input_without_words_of_its_own_is_told_by_its_label_and_answer():
    assert told_input("gvhd", "yes") == "GvHD after the first transplant: yes"


def test_every_answer_that_the_curves_may_not_use_is_described() -> None:
    asked = {field for field in CHOICES if field not in ("leukemia", "post_transplant_cr")}
    assert set(ANSWERS_IN_WORDS) == {(field, code) for field in asked for code in CHOICES[field]}
