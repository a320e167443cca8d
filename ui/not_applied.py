"""What is typed and not applied yet: the page says so, and dims what still belongs to what was
entered before.

A field of text is heard when it is left, or on Enter. Until then, and until the app has answered,
what the page shows is that of another child. The browser alone knows it, so that a script watches
the fields; the words come from here, in the language in use.
"""

from html import escape

import streamlit as st

from model.language import _

# The selectors are Streamlit's own test identifiers. A new field begins as it was applied.
WATCH = """
<script>
if (!window.typedIsWatched) {
  window.typedIsWatched = true;
  const root = document.documentElement;
  const applied = new WeakMap();
  let runs = 0, open = 0;
  const isTyped = (field) => field.matches?.('[data-testid="stTextInput"] input');
  const isRunning = () =>
    document.querySelector(".stApp")?.dataset.testScriptState !== "notRunning";
  new MutationObserver(() => { runs += 1; })
    .observe(document.body, { subtree: true, attributeFilter: ["data-test-script-state"] });
  const clear = () => { open += 1; delete root.dataset.notApplied; };
  const clearWhenAnswered = () => {
    const mine = ++open, before = runs;
    let still = 0;
    const look = () => {
      if (mine !== open) return;
      still = runs > before && !isRunning() ? still + 1 : 0;
      if (still < 3) { setTimeout(look, 50); return; }
      clear();
    };
    look();
  };
  document.addEventListener("focusin", ({ target }) => {
    if (isTyped(target)) applied.set(target, target.value);
  });
  document.addEventListener("input", ({ target }) => {
    if (!isTyped(target)) return;
    if (target.value === applied.get(target)) clear();
    else { open += 1; root.dataset.notApplied = "typed"; }
  });
  const leave = ({ target, type, key }) => {
    if (!isTyped(target) || (type === "keydown" && key !== "Enter")) return;
    if (target.value === applied.get(target)) return;
    applied.set(target, target.value);
    clearWhenAnswered();
  };
  document.addEventListener("keydown", leave, true);
  document.addEventListener("focusout", leave, true);
}
</script>
"""
STYLE = """
<style>
.not-applied { display: none; }
[data-testid="stElementContainer"]:has(> [data-testid="stHtml"] > .not-applied) {
  position: sticky; top: 4rem; z-index: 5; height: 0; margin-bottom: -1rem; }
html[data-not-applied] .not-applied { display: block; background: Canvas; color: CanvasText;
  border: 2px solid; border-radius: 0.4rem; padding: 0.6rem 0.9rem; margin: 0; font-weight: 600; }
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
    st.html(f'{STYLE}<p class="not-applied" role="status">{escape(said)}</p>')
    st.html(WATCH, unsafe_allow_javascript=True)
