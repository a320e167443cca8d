"""What is typed and not applied yet: the page says so, and dims what still belongs to what was
entered before.

A field of text is heard when it is left, or on Enter. Until then, until the app has answered, and
where the connection was lost meanwhile, what the page shows is that of another child. So every run
says what each field held when it read it, and a script in the browser holds that against what
stands in the field now. The words come from here, in the language in use.
"""

import json
from collections.abc import Mapping
from html import escape

import streamlit as st

from model.language import _

# The selectors are Streamlit's own test identifiers, and the class that it makes of a key.
WATCH = """
<script>
window.textsApplied ??= {};
if (!window.textsAreWatched) {
  window.textsAreWatched = true;
  const root = document.documentElement;
  const isRunning = () =>
    document.querySelector(".stApp")?.dataset.testScriptState !== "notRunning";
  const isOther = ([key, text]) => {
    const field = document.querySelector(`.st-key-${CSS.escape(key)} input`);
    return field !== null && field.value !== text;
  };
  const differs = () => Object.entries(window.textsApplied).some(isOther);
  // While the app cannot be asked its fields are shut, and what was typed before waits.
  const isLost = () =>
    document.querySelector(".stApp")?.dataset.testConnectionState !== "CONNECTED";
  let quiet = 0;
  const look = () => {
    if (isLost()) {
      if (differs()) root.dataset.notApplied = "lost";
      return;
    }
    // Two looks in a row: between runs that follow each other the app stands still for a moment.
    quiet = isRunning() ? 0 : quiet + 1;
    if (quiet < 2) return;
    if (differs()) root.dataset.notApplied = "typed";
    else delete root.dataset.notApplied;
  };
  document.addEventListener("input", () => {
    if (isLost()) return;
    if (differs()) { root.dataset.notApplied = "typed"; quiet = 0; }
    else if (!isRunning()) delete root.dataset.notApplied;
  });
  setInterval(look, 100);
}
</script>
"""
STYLE_OF_NOTICE = """
<style>
.not-applied { display: none; }
[data-testid="stElementContainer"]:has(> [data-testid="stHtml"] > .not-applied) {
  position: sticky; top: 4rem; z-index: 5; height: 0; margin-bottom: -1rem; }
html[data-not-applied="typed"] .not-applied.typed,
html[data-not-applied="lost"] .not-applied.lost { display: block; background: Canvas;
  color: CanvasText; border: 2px solid; border-radius: 0.4rem; padding: 0.6rem 0.9rem; margin: 0;
  font-weight: 600; }
html[data-not-applied] [data-testid="stMainBlockContainer"]:has(.not-applied)
  [data-testid="stVerticalBlock"] > :not(:has(.not-applied)) { opacity: 0.2; }
</style>
"""


def draw_not_applied() -> None:
    """Called first by a page whose numbers follow from what is typed."""
    said = _(
        "What you typed is not applied yet: the numbers below are still those of the entry before. "
        "Press Enter, or leave the field."
    )
    lost = _(
        "The connection to the app is lost, and what you typed has not reached it: the numbers "
        "below are still those of the entry before. Once the connection is back, press Enter in "
        "the field, or leave it."
    )
    st.html(
        f'{STYLE_OF_NOTICE}<p class="not-applied typed" role="status">{escape(said)}</p>'
        f'<p class="not-applied lost" role="status">{escape(lost)}</p>'
    )


def draw_watch() -> None:
    """Called once by the entry script: what holds fields against what was read of them."""
    st.html(WATCH, unsafe_allow_javascript=True)


def say_applied(texts: Mapping[str, str]) -> None:
    """Called by whoever has read fields of text: what each of them held, by its key."""
    # Nothing in it can end the script: JSON may write the sign that would as a number.
    said = json.dumps(dict(texts)).replace("<", r"\u003c")
    st.html(
        f"<script>Object.assign(window.textsApplied ??= {{}}, {said});</script>",
        unsafe_allow_javascript=True,
    )
