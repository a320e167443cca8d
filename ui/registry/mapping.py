"""Which column of the table is which, and what its values mean: the choices on screen.

Each choice begins as the mapping has it. When another mapping takes its place, from a file or for
another table, or the page another language, every field gives way to a new one, which begins as
the mapping then says.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

import streamlit as st

from model.dates import DATE_ORDERS
from model.language import _, listed, marked
from model.tables.mapping import (
    BETWEEN,
    CODES,
    DATES,
    DAYS_PER_UNIT,
    IDENTIFIER,
    MAPPED_FIELDS,
    MOST_CODES,
    OPTIONAL,
    REQUIRED_COLUMNS,
    UNTOLD,
    YES_NO_FIELDS,
    Coding,
    Mapping,
    code_of,
    found_values,
    has_dates_in_either_order,
    still_open,
    suggest_coding,
    with_own_codes,
)
from model.tables.table import Table, TableError
from ui.evidence.words import level_words
from ui.registry.language import in_this_language
from ui.registry.upload import draw_uploader
from ui.session.keys import give_way, key_of
from ui.session.words import CHOICE_LABELS, field_label, literal
from ui.shown.downloads import draw_save_button

CHOICES_OF_MAPPING = "registry_map"
BROUGHT_MAPPING = "registry_map_brought"
# As the fields of the form: told to the browser in every run until it says it back.
REMEMBERED: Final = "session"
WIDTH = 238
MISSING = "missing"
FIELD_NAMES = {
    "treatment": marked("Treatment"),
    "os_days": marked("Survival: days from relapse or progression to death or last contact"),
    "death": marked("Death"),
    "age_years": marked("Age at first transplant, in years"),
    "sex": marked("Sex"),
    "stem_cell_source": marked("Stem cell source"),
    "transplant_date": marked("Date of first transplant"),
    "failure_date": marked("Date of relapse or progression"),
    "last_date": marked("Date of death or last contact"),
    IDENTIFIER: marked("Number of the child, to notice one that stands twice"),
}
UNIT_NAMES = {"days": marked("days"), "months": marked("months"), "years": marked("years")}
ORDER_NAMES = {
    "day_first": marked("03/04/2015 is 3 April"),
    "month_first": marked("03/04/2015 is March 4"),
}
CODE_NAMES = {
    ("death", "yes"): marked("died"),
    ("death", "no"): marked("alive"),
    ("sex", "male"): marked("boy"),
    ("sex", "female"): marked("girl"),
}


def field_name(name: str) -> str:
    return _(FIELD_NAMES[name]) if name in FIELD_NAMES else field_label(name)


def code_name(name: str, code: str) -> str:
    """What a code of a column, or one of `UNTOLD` and `MISSING`, is called in a choice."""
    if code == UNTOLD:
        return _("not said yet")
    if code == MISSING:
        return _("not known (missing)")
    if (name, code) in CODE_NAMES:
        return _(CODE_NAMES[name, code])
    return _(CHOICE_LABELS[code]) if code in CHOICE_LABELS else level_words(name, (code,))


def start_choices() -> None:
    """Let every field give way to a new one, which begins as the mapping then says."""
    forget_choices()
    give_way(CHOICES_OF_MAPPING)


def forget_choices() -> None:
    """Forget all that the fields hold: names and values of the table are among it."""
    for key in [str(key) for key in st.session_state]:
        if key.startswith(f"{CHOICES_OF_MAPPING}_"):
            del st.session_state[key]


def draw_mapping(table: Table, mapping: Mapping, *, settled: bool) -> Mapping:
    """Draw the choices, folded once they are settled; give the mapping that they make."""
    with st.expander(_("Columns and values"), expanded=not settled):
        st.markdown(
            _(
                "Tell which column is which and what its values mean. What the names and words "
                "suggest is filled in: look it over."
            )
        )
        choices, files = st.container(), st.container()
        with files:
            mapping = draw_load(table, mapping)
        with choices:
            columns = draw_columns(table, mapping)
            units = draw_units(columns, mapping)
            order = draw_date_order(table, Mapping(columns, {}, units, mapping.date_order))
            codings = draw_codings(table, columns, mapping)
            mapping = Mapping(columns, codings, units, order)
        with files:
            draw_save(mapping)
    return mapping


def draw_load(table: Table, mapping: Mapping) -> Mapping:
    """Draw what loads a mapping; give it, or the one there is."""
    st.markdown(
        _(
            "**This mapping as a file.** It can be saved, and loaded for the next table. It holds "
            "the names of columns and the values listed above, and no rows."
        )
    )
    file = draw_uploader(_("A mapping saved earlier (JSON)"), ["json"], "mapping")
    if file is not None:
        st.session_state[BROUGHT_MAPPING] = file.getvalue()
        # The run that follows draws another place to bring a file to, so that the next is seen too.
        st.rerun()
    content: bytes | None = st.session_state.pop(BROUGHT_MAPPING, None)
    if content is None:
        return mapping
    try:
        loaded = Mapping.from_json(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        st.error(_("The mapping is not JSON."))
        return mapping
    except TableError as error:
        st.error(str(error))
        return mapping
    start_choices()
    absent = [name for name, column in loaded.columns.items() if column not in table.columns]
    if absent:
        st.warning(
            _("The mapping names columns that the table lacks, for: {columns}.").format(
                columns=listed(map(field_name, absent))
            )
        )
    else:
        st.success(_("The mapping is loaded."))
    columns = {name: column for name, column in loaded.columns.items() if name not in absent}
    return with_own_codes(table, replace(loaded, columns=columns))


def draw_columns(table: Table, mapping: Mapping) -> dict[str, str]:
    chosen = {}
    for title, names in (
        (_("Required"), REQUIRED_COLUMNS),
        (_("Dates, where the table has no days"), DATES),
        (_("Not required; for the comparison with Table 1"), (*OPTIONAL, IDENTIFIER)),
    ):
        st.markdown(f"**{title}**")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            for name in names:
                options = (UNTOLD, *table.columns)
                said = mapping.columns.get(name, UNTOLD)
                column = _choose(field_name(name), name, options, said, _column_name)
                if column:
                    chosen[name] = column
    return {name: chosen[name] for name in MAPPED_FIELDS if name in chosen}


def draw_units(columns: dict[str, str], mapping: Mapping) -> dict[str, str]:
    units = {}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for name in BETWEEN:
            if name not in columns:
                continue
            unit = _choose(
                _("Unit of “{column}”").format(column=field_name(name).partition(":")[0]),
                f"{name}_unit",
                tuple(DAYS_PER_UNIT),
                mapping.units.get(name, "days"),
                lambda unit: _(UNIT_NAMES[unit]),
            )
            if unit != "days":
                units[name] = unit
    return units


def draw_date_order(table: Table, mapping: Mapping) -> str | None:
    if not has_dates_in_either_order(table, mapping):
        return mapping.date_order
    said = mapping.date_order
    return st.radio(
        _("How dates are written"),
        DATE_ORDERS,
        index=None if said is None else DATE_ORDERS.index(said),
        format_func=lambda order: _(ORDER_NAMES[order]),
        key=_key("date_order"),
        persist_state=REMEMBERED,
    )


def draw_codings(table: Table, columns: dict[str, str], mapping: Mapping) -> dict[str, Coding]:
    """Draw the values of every column of categories, each with the choice of its meaning."""
    codings = {}
    for name in CODES:
        if name not in columns:
            continue
        found = found_values(table, columns[name])
        if columns[name] == mapping.columns.get(name):
            coding = dict(mapping.codings.get(name, {}))
        else:
            # What 1 meant in another column says nothing of this one.
            kept = {} if name in YES_NO_FIELDS else mapping.codings.get(name, {})
            coding = suggest_coding(name, columns[name], found) | kept
        # An empty outcome may be that of a child who lives; elsewhere it is not known.
        values = [value for value in found if value or name == "death"]
        st.markdown(
            _("**{field}**, the values of {column}").format(
                field=field_name(name), column=literal(columns[name])
            )
        )
        if len(values) > MOST_CODES:
            st.warning(
                _("More than {most} different values: is it the right column?").format(
                    most=MOST_CODES
                )
            )
            continue
        with st.container(horizontal=True, vertical_alignment="bottom"):
            for place, value in enumerate(values):
                meant = _choose(
                    literal(value) if value else _("an empty cell"),
                    f"{name}_{columns[name]}_{place}",
                    (UNTOLD, *CODES[name], MISSING),
                    _said(name, coding, value),
                    partial(code_name, name),
                )
                coding.pop(value, None)
                if meant != UNTOLD and (value or meant != MISSING):
                    coding[value] = None if meant == MISSING else meant
        if coding:
            codings[name] = coding
    return codings


def draw_still_open(table: Table, mapping: Mapping) -> bool:
    """Draw which columns could be read the wrong way round; whether there is one."""
    sentences = still_open(table, mapping, quoted=literal)
    for sentence in sentences:
        st.warning(sentence + " " + _("Choose above what each of these values means."))
    return bool(sentences)


def draw_save(mapping: Mapping) -> None:
    draw_save_button(
        _("This mapping (JSON)"), "aftergraft-mapping.json", "application/json", mapping.to_json
    )


def _choose(
    label: str, name: str, options: tuple[str, ...], said: str, words: Callable[[str], str]
) -> str:
    """Draw one choice, which begins as the mapping has it."""
    chosen: str = st.selectbox(
        label,
        options,
        index=options.index(said) if said in options else 0,
        format_func=words,
        key=_key(name),
        width=WIDTH,
        persist_state=REMEMBERED,
    )
    return chosen


def _column_name(column: str) -> str:
    return column or _("not in the table")


def _said(name: str, coding: Coding, value: str) -> str:
    """What a value means so far: a code, `MISSING` or `UNTOLD`."""
    code = code_of(name, coding, value)
    return MISSING if code is None else code


def _key(name: str) -> str:
    return f"{key_of(CHOICES_OF_MAPPING)}_{in_this_language(name)}"
