"""To the first field after a new case was started, and from the form to the result on a phone.

Both happen in the browser: no run of the app is needed for them.
"""

import json

import streamlit as st

from model.language import _

TO_FIRST_FIELD = "to_first_field"

# The first choice of the form. It may have to be waited for: the run is still being drawn.
LEAD = """
<script>{{
  const started = {count};
  const lead = (looks) => {{
    const field = document.querySelector(
      "[data-testid=stSidebar] [data-testid=stRadio] input");
    if (!field && looks > 0) return requestAnimationFrame(() => lead(looks - 1));
    if (!field || window.ledToFirstField === started) return;
    window.ledToFirstField = started;
    field.focus();
    field.scrollIntoView({{block: "center"}});
  }};
  setTimeout(() => lead(120), 100);
}}</script>
"""

# Seen only where the form covers the page: below Streamlit's own breakpoint.
SHOW_RESULT = """
<style>
.show-result {{ display: none; width: 100%; min-height: 44px; font: inherit; font-weight: 600;
  color: #ffffff; background: #0b5d82; border: 1px solid #ffffff; border-radius: 0.4rem;
  cursor: pointer; }}
@media (max-width: 768px) {{ .show-result {{ display: block; }} }}
</style>
<button type="button" class="show-result">{said}</button>
<script>
if (!window.showsResult) {{
  window.showsResult = true;
  document.addEventListener("click", (event) => {{
    if (!event.target.closest?.(".show-result")) return;
    document.querySelector("[data-testid=stSidebarCollapseButton] button")?.click();
    document.querySelector("[data-testid=stMain]")?.scrollTo(0, 0);
  }});
}}
</script>
"""


def lead_to_first_field() -> None:
    """Called where a new case begins: the next run leaves the reader at the first field."""
    st.session_state[TO_FIRST_FIELD] = st.session_state.get(TO_FIRST_FIELD, 0) + 1


def draw_to_first_field() -> None:
    """Called where the form has been drawn. The browser runs a script once: each has its number."""
    count = st.session_state.get(TO_FIRST_FIELD)
    if count:
        st.html(LEAD.format(count=json.dumps(count)), unsafe_allow_javascript=True)


def draw_show_result() -> None:
    """The button that closes the drawer of a phone over the result."""
    st.html(SHOW_RESULT.format(said=_("Show the result")), unsafe_allow_javascript=True)
