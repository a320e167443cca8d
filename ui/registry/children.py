"""Bring a table: its upload, its problems, and the children that may be used.

The rows stand in the state of this session and nowhere else: in no cache, file, log or address. The
file itself is dropped as soon as it is read, and the columns of which no use is made as soon as
that is settled.
"""

import secrets
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from model.language import _, code, counted
from model.tables.mapping import (
    CODES,
    REQUIRED_COLUMNS,
    Mapping,
    missing_columns,
    needs_date_order,
    second_columns,
    suggest_mapping,
    uncoded,
)
from model.tables.read import read_table
from model.tables.table import LARGEST_MEGABYTES, Table, TableError
from model.validation.expected import MISSING_RULES
from ui.registry.language import draw_radio, forget_choice
from ui.registry.mapping import (
    draw_mapping,
    draw_still_open,
    field_name,
    forget_choices,
    start_choices,
)
from ui.registry.upload import draw_uploader
from ui.session.language import number
from ui.session.page_style import ON_SCREEN_ONLY
from ui.shown.downloads import draw_save_button
from ui.shown.table import Cell, as_html
from ui.shown.table import Table as ShownTable

if TYPE_CHECKING:
    from model.tables.children import Checked

BROUGHT, REFUSED, RULE = "registry_brought", "registry_refused", "registry_missing_rule"
# What the other sections of the page have worked out from the children, and keep by these names.
WORKED_OUT = ("registry_fit", "registry_compared")
ENDINGS = ["csv", "tsv", "txt", "xlsx", "parquet"]
MOST_PROBLEMS_SHOWN = 100


@dataclass
class Brought:
    """The table of this session, and what has been made of it.

    `content` is the workbook, until it is settled which of its sheets is meant. `key` is another
    one whenever the children that may be used, or the rule for what is missing, change.
    """

    table: Table
    mapping: Mapping
    content: bytes | None = None
    settled: bool = False
    checked: "Checked | None" = None
    checked_with: tuple[object, ...] = ()
    used_with: tuple[object, ...] = ()
    key: str = ""


def table_key() -> str:
    """A random token, another one whenever the children that may be used, or the rule for missing
    values, change; never anything of a row."""
    brought: Brought | None = st.session_state.get(BROUGHT)
    return brought.key if brought else ""


def missing_rule() -> str:
    """What is done with children of whom treatment or remission is missing: `MISSING_RULES`."""
    rule: str = st.session_state.get(RULE, MISSING_RULES[0])
    return rule


def draw_table() -> pd.DataFrame | None:
    """Draw the section; give the children that may be used, or None while there are none."""
    st.header(_("Bring a table"), anchor="table")
    draw_template()
    brought: Brought | None = st.session_state.get(BROUGHT)
    if brought is None:
        draw_upload()
        return None
    draw_what_was_read(brought)
    brought.mapping = draw_mapping(brought.table, brought.mapping, settled=brought.settled)
    if not brought.settled:
        draw_settling(brought)
        return None
    return draw_children(brought)


def draw_template() -> None:
    """Draw what a table looks like, and the files to begin one with."""
    from model.tables.files import DESCRIPTIONS, TEMPLATE, description, template_as_workbook

    with st.expander(_("What a table looks like")):
        st.markdown(
            _(
                "One row a child, as CSV, TSV, Excel (.xlsx) or Parquet, up to {most} megabytes. "
                "Other names of columns, other words for yes and no, and dates in place of days "
                "can be told afterwards. The template holds one invented child of each leukemia."
            ).format(most=LARGEST_MEGABYTES)
        )
        with st.container(horizontal=True, key=f"{ON_SCREEN_ONLY}_template"):
            draw_save_button(
                _("Template (CSV)"), "aftergraft-template.csv", "text/csv", lambda: TEMPLATE
            )
            draw_save_button(
                _("Template (Excel)"),
                "aftergraft-template.xlsx",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                template_as_workbook,
            )
        rows = []
        for column in DESCRIPTIONS:
            said, written = description(column)
            needed = _("required") if column in REQUIRED_COLUMNS else _("not required")
            rows.append((Cell(said, needed), Cell(column), Cell(written)))
        heads = (_("What it holds"), _("Column"), _("How it is written"))
        st.html(as_html(ShownTable(_("Columns of the template"), heads, rows)))


def draw_upload() -> None:
    """Draw the place to bring a table to; what is brought is read in the run that follows."""
    st.markdown(
        _(
            "**Bring no names, dates of birth or hospital numbers.** The table is read by the "
            "computer that runs Aftergraft and stays in its memory, for this session only: it is "
            "not stored, not logged, and not sent anywhere."
        )
    )
    upload = draw_uploader(_("Your table"), ENDINGS, "table", LARGEST_MEGABYTES)
    if upload is not None:
        content = upload.getvalue()
        with st.spinner(_("Reading the table …")):
            try:
                brought = read_table(content, upload.name)
            except TableError as error:
                st.session_state[REFUSED] = str(error)
            else:
                bring(brought, content if len(brought.sheets) > 1 else None)
        st.rerun()
    if refused := st.session_state.pop(REFUSED, None):
        st.error(refused)


def bring(brought: Table, content: bytes | None) -> None:
    """Let a table take the place of the one there was."""
    forget()
    start_choices()
    st.session_state[BROUGHT] = Brought(brought, suggest_mapping(brought), content)


def forget() -> None:
    """Drop the table, all that was said of it, and all that was worked out from it."""
    forget_choices()
    forget_choice(RULE)
    for name in (BROUGHT, *WORKED_OUT):
        st.session_state.pop(name, None)


def draw_what_was_read(brought: Brought) -> None:
    rows, columns = brought.table.n_rows, len(brought.table.columns)
    said = counted("{rows} row", "{rows} rows", rows).format(rows=number(rows))
    among = counted("{columns} column", "{columns} columns", columns).format(
        columns=number(columns)
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            _("A table of {rows} and {columns} is in memory.").format(rows=said, columns=among),
            width="content",
        )
        st.button(_("Forget this table"), on_click=forget)
    st.caption(
        _(
            "Forgetting drops it at once. Closing this tab does so too, but not before two minutes "
            "have gone by and somebody else has left the app."
        )
    )
    if not brought.settled:
        for note in brought.table.notes:
            st.info(note)
    if brought.content is not None:
        # The order of the book, whichever sheet was read.
        sheets = sorted(brought.table.sheets)
        chosen = st.selectbox(
            _("Sheet of the workbook"), sheets, index=sheets.index(brought.table.sheets[0])
        )
        if chosen != brought.table.sheets[0]:
            try:
                bring(read_table(brought.content, sheet=chosen), brought.content)
            except TableError as error:
                st.error(str(error))
            else:
                st.rerun()


def draw_settling(brought: Brought) -> None:
    """Draw what is still to be told of the columns, and the button that settles them."""
    read, mapping = brought.table, brought.mapping
    lacking = missing_columns(mapping)
    if lacking:
        names = "\n".join(f"- {field_name(name)}" for name in lacking)
        st.info(_("Still to be told, in which column the table has:") + "\n" + names)
    if needs_date_order(read, mapping):
        st.info(_("Still to be told: how dates are written."))
    unsettled = draw_still_open(read, mapping)
    coded = (name for name in mapping.fields if name in CODES)
    if unclear := [name for name in coded if uncoded(read, mapping, name)]:
        names = "\n".join(f"- {field_name(name)}" for name in unclear)
        st.info(
            _("Values without a meaning yet, whose rows cannot be used, are in the columns of:")
            + "\n"
            + names
        )
    dropped = len(read.columns) - len(columns_kept(read, mapping))
    if dropped:
        st.markdown(
            counted(
                "{columns} column is not used and is dropped with the next step.",
                "{columns} columns are not used and are dropped with the next step.",
                dropped,
            ).format(columns=dropped)
        )
    st.button(
        _("Use these columns"),
        type="primary",
        disabled=bool(lacking) or needs_date_order(read, mapping) or unsettled,
        # Streamlit keeps what it is to call, with all that is bound to it, until the session ends.
        on_click=settle,
    )


def columns_kept(read: Table, mapping: Mapping) -> set[str]:
    """The columns that are used, and those with which they are compared."""
    second = chain.from_iterable(second_columns(read, mapping).values())
    return {*second, *(mapping.columns[name] for name in mapping.fields)}


def settle() -> None:
    """Keep the columns of which use is made, and nothing else."""
    start_choices()
    brought: Brought = st.session_state[BROUGHT]
    used = columns_kept(brought.table, brought.mapping)
    brought.table, brought.content, brought.settled = brought.table.only(used), None, True


def draw_children(brought: Brought) -> pd.DataFrame | None:
    """Draw problems, doubts and counts; give the children that may be used."""
    if draw_still_open(brought.table, brought.mapping):
        return None
    # What is said of a row is said in the language in use.
    checked_with = (brought.mapping, code())
    if brought.checked is None or brought.checked_with != checked_with:
        from model.tables.children import checked

        try:
            with st.spinner(_("Checking the rows …")):
                brought.checked = checked(brought.table, brought.mapping)
        except TableError as error:
            st.warning(str(error))
            return None
        brought.checked_with = checked_with
    found = brought.checked
    # First, as a doubt such as that of a unit may explain most of the problems.
    for doubt in found.doubts:
        st.warning(doubt)
    only_valid = draw_problems(found)
    if not only_valid:
        return None
    if found.children.empty:
        st.warning(_("No row of the table can be used."))
        return None
    draw_counts(found)
    # Once the rule has been chosen: of the children that are used under it.
    for doubt in found.doubts_under(missing_rule()):
        if doubt not in found.doubts:
            st.warning(doubt)
    used_with = (brought.mapping, only_valid, missing_rule())
    if brought.used_with != used_with:
        brought.used_with, brought.key = used_with, secrets.token_hex(8)
    return found.children


def draw_problems(found: "Checked") -> bool:
    """Draw every problem of the rows; whether the valid rows are to be used."""
    if found.problems.empty:
        return True
    from model.tables.files import problems_as_csv

    wrong = found.n_wrong_rows
    st.subheader(_("Problems"), anchor=False)
    st.markdown(
        counted(
            "{wrong} of {rows} rows cannot be used as it stands. Correct it in your file, or what "
            "its columns and values mean above.",
            "{wrong} of {rows} rows cannot be used as they stand. Correct them in your file, or "
            "what their columns and values mean above.",
            wrong,
        ).format(wrong=number(wrong), rows=number(found.n_rows))
    )
    heads = (_("Line"), _("Column"), _("Value"), _("Expected"))
    rows = [
        (
            Cell(_("line {line}").format(line=row)),
            Cell(column or _("all")),
            Cell(value or _("nothing")),
            Cell(expected),
        )
        for row, column, value, expected in found.problems.head(MOST_PROBLEMS_SHOWN).itertuples(
            index=False
        )
    ]
    problems = ShownTable(_("Problems by line of the file"), heads, rows, in_box=True)
    st.html(as_html(problems))
    if len(found.problems) > len(rows):
        st.caption(
            _("The first {shown} of {all} problems. The file holds all of them.").format(
                shown=number(len(rows)), all=number(len(found.problems))
            )
        )
    with st.container(key=f"{ON_SCREEN_ONLY}_problems"):
        draw_save_button(
            _("These problems (CSV)"),
            "aftergraft-problems.csv",
            "text/csv",
            partial(problems_as_csv, found.problems),
        )
    if found.left_out:
        st.warning(" ".join(found.left_out))
    valid = len(found.children)
    return valid > 0 and st.checkbox(
        counted(
            "Leave these rows out, and use the {valid} valid row alone",
            "Leave these rows out, and use the {valid} valid rows alone",
            valid,
        ).format(valid=number(valid)),
        # Said of these rows: where others are wrong, with another mapping, it is asked again.
        key=f"registry_map_only_valid_{hash(frozenset(found.problems['row']))}",
        persist_state="session",
    )


def draw_counts(found: "Checked") -> None:
    """Draw how many children there are, and the rule for those of whom something is missing."""
    children = found.children
    lines = [
        _("Children: {children}, of whom {deaths} died").format(
            children=number(len(children)), deaths=number(int(children["death"].sum()))
        ),
        _("Treatment missing: {children}").format(children=number(found.missing["treatment"])),
        _("Remission status missing: {children}").format(
            children=number(found.missing["post_transplant_cr"])
        ),
    ]
    st.markdown("\n".join(f"- {line}" for line in lines))
    if found.missing["treatment"] or found.missing["post_transplant_cr"]:
        labels = {
            "left_out": _("They are left out"),
            "averaged": _("Their prediction is averaged over what it may have been"),
        }
        draw_radio(
            _("Children of whom treatment or remission status is missing"),
            MISSING_RULES,
            labels.__getitem__,
            RULE,
            captions=[
                _("Right where what is missing says nothing of the outcome."),
                _(
                    "Weighted by how often each treatment, or remission, goes with what is known "
                    "of such children in the paper's cohorts."
                ),
            ],
        )
        if left_out := found.left_out_under(missing_rule()):
            st.warning(" ".join(left_out))
