"""What can be taken away from a page: its numbers as CSV, its chart as SVG or PNG.

Each says whose it is: the inputs of the case, never an identifier, and the version and hash of the
model. The chart is made only when it is asked for, by a converter that brings its own fonts and
asks no network.
"""

import base64
import json
import struct
import zlib
from collections.abc import Callable, Sequence

import streamlit as st

from model.case import FIELDS, Case, as_code
from model.language import _
from model.recalibration.applied import full_version
from model.tables.written import as_csv
from ui.session.model_in_use import recalibration_in_use
from ui.session.page_style import ON_SCREEN_ONLY
from ui.session.reconnected import is_beginning_again
from ui.session.words import literal
from ui.shown.charts.file import chart_file
from ui.shown.charts.series import Spec
from ui.shown.charts.words import alt_text, model_line
from ui.shown.labels import PAPER_IN_FILE, source_line
from ui.shown.results import ShownPattern, option_results

VEGA_LITE = "6.4"
PIXELS_PER_POINT = 2
SAVED = "files_saved"
SAVE = """
<script>{{
  const file = {file};
  const link = document.createElement("a");
  link.download = file.name;
  link.href = file.address;
  link.click();
}}</script>
"""
PREDICTED_COLUMNS = (
    "model_version",
    "model_hash",
    "all_options",
    "treatment",
    "day",
    "survival",
    "lower",
    "upper",
    "supported",
    "median_days",
    "median_lower_days",
    "median_upper_days",
    "children_in_arm",
    "at_risk",
    "at_risk_low",
    "at_risk_high",
    "paper",
)


def file_name(case: Case, ending: str) -> str:
    alive = f"-alive-{case.days_survived}" if case.days_survived else ""
    leukemia = "" if case.leukemia is None else f"-{case.leukemia}"
    return f"aftergraft{leukemia}-{case.days_to_failure}-days{alive}.{ending}"


def numbers_as_csv(case: Case, pattern: ShownPattern) -> str:
    """One row an option and reported day; the case and the model stand in every row."""
    model = pattern.model
    inputs = [as_code(getattr(case, field)) for field in FIELDS]
    written: list[Sequence[object]] = [[*FIELDS, *PREDICTED_COLUMNS]]
    for result in option_results(pattern):
        medians = (result.median, result.median_lower, result.median_upper)
        for horizon in result.horizons:
            written.append(
                [
                    *inputs,
                    full_version(model),
                    model.source_hash,
                    options_are(pattern),
                    result.treatment,
                    horizon.day,
                    *(
                        f"{value:.4f}" if horizon.known else ""
                        for value in (horizon.survival, horizon.lower, horizon.upper)
                    ),
                    "yes" if horizon.supported else "no",
                    *("" if day is None else day for day in medians),
                    result.children,
                    f"{horizon.at_risk.middle:g}",
                    horizon.at_risk.fewest,
                    horizon.at_risk.most,
                    PAPER_IN_FILE,
                ]
            )
    return as_csv(written)


def options_are(pattern: ShownPattern) -> str:
    """What a file says of the options: as printed, assumed alike, or as chosen at relapse."""
    if pattern.at_relapse:
        return "at_relapse"
    return "alike" if pattern.alike else "printed"


def chart_as_svg(case: Case, pattern: ShownPattern) -> str:
    return as_svg(chart_file(case, pattern))


def chart_as_png(case: Case, pattern: ShownPattern) -> bytes:
    said = (alt_text(case, option_results(pattern)), source_line())
    return as_png(chart_file(case, pattern), " ".join((*said, model_line(pattern.recalibration))))


def as_svg(spec: Spec) -> str:
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(_as_json(spec), vl_version=VEGA_LITE)
    return svg


def as_png(spec: Spec, description: str) -> bytes:
    """A chart as a picture that holds, unseen, its description."""
    import vl_convert

    png: bytes = vl_convert.vegalite_to_png(
        _as_json(spec), vl_version=VEGA_LITE, scale=PIXELS_PER_POINT
    )
    return described_png(png, description)


def described_png(png: bytes, description: str) -> bytes:
    """Put a description into a PNG, as an international text chunk right after its header."""
    content = b"iTXtDescription\0\0\0\0\0" + description.encode("utf-8")
    length = struct.pack(">I", len(content) - len(b"iTXt"))
    chunk = length + content + struct.pack(">I", zlib.crc32(content))
    # Signature (8 bytes), then the header: length, type, 13 bytes, checksum.
    end_of_header = 8 + 4 + 4 + 13 + 4
    return png[:end_of_header] + chunk + png[end_of_header:]


def draw_save_button(label: str, name: str, mime: str, make: Callable[[], str | bytes]) -> None:
    """Draw a button that makes a file and gives it to the browser.

    Not Streamlit's own download button: that gives what the page held before it was pressed, and
    so another child's numbers where an input was still being typed.

    Parameters
    ----------
    label : str
    name, mime : str
        Of the file.
    make : callable
        Called when the button has been pressed, in the run that follows.
    """
    # While a session begins again the press is heard once more, and then everything is there.
    if st.button(label) and not is_beginning_again():
        made = make()
        content = base64.b64encode(made.encode() if isinstance(made, str) else made)
        # The browser runs a script once: the count makes that of every press another one.
        count = st.session_state[SAVED] = st.session_state.get(SAVED, 0) + 1
        saved = {"count": count, "name": name, "address": f"data:{mime};base64,{content.decode()}"}
        # Nothing in it can end the script: JSON may write the sign that would as a number.
        file = json.dumps(saved).replace("<", r"\u003c")
        st.html(SAVE.format(file=file), unsafe_allow_javascript=True)


def draw_downloads(
    name: Callable[[str], str],
    numbers: Callable[[], str],
    svg: Callable[[], str],
    png: Callable[[], bytes],
    draw_record: Callable[[], None],
) -> None:
    """Draw what can be taken away from a page.

    Parameters
    ----------
    name : callable
        The name of a file, from its ending.
    numbers, svg, png : callable
        Make the numbers as CSV, and the chart.
    draw_record : callable
        Draws the button of the sheet for the record, beside the others.
    """
    files: tuple[tuple[str, str, str, Callable[[], str | bytes]], ...] = (
        (_("Numbers (CSV)"), "csv", "text/csv", numbers),
        (_("Chart (SVG)"), "svg", "image/svg+xml", svg),
        (_("Chart (PNG)"), "png", "image/png", png),
    )
    with st.container(key=f"{ON_SCREEN_ONLY}_downloads"):
        st.header(_("Download"))
        with st.container(horizontal=True):
            for label, ending, mime, make in files:
                draw_save_button(label, name(ending), mime, make)
            draw_record()
    st.caption(model_line(recalibration_in_use(), literal))


def _as_json(spec: Spec) -> str:
    return json.dumps(spec, ensure_ascii=False)
