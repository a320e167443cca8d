"""The link to a case, with a button that copies it.

The address of the page is the link: the browser knows it, and nobody else needs to.
"""

from html import escape

import streamlit as st

from model.language import _
from ui.session.page_style import ON_SCREEN_ONLY

# Where the browser does not let a page write to its clipboard, as without HTTPS, the link is marked
# in its field and copied from there.
CASE_LINK = """
<style>
.case-link {{ display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem 0.6rem;
  font-size: 0.9rem; }}
.case-link input {{ flex: 1 1 12rem; min-width: 0; max-width: 34rem; font: inherit; padding: 0.3rem;
  min-height: 2rem; color: inherit; background: transparent; border: 1px solid;
  border-radius: 0.3rem; }}
.case-link button {{ font: inherit; min-height: 2rem; padding: 0.2rem 0.9rem; cursor: pointer;
  color: inherit; background: transparent; border: 1px solid; border-radius: 0.3rem; }}
</style>
<div class="case-link"><label for="case-link">{label}</label>
<input id="case-link" readonly value=""><button type="button">{copy}</button>
<span role="status" data-copied="{copied}"></span></div>
<script>
if (!window.copiesCaseLink) {{
  window.copiesCaseLink = true;
  const box = () => document.querySelector(".case-link");
  setInterval(() => {{
    const field = box()?.querySelector("input");
    if (field && field.value !== location.href) field.value = location.href;
  }}, 200);
  document.addEventListener("click", async (event) => {{
    const pressed = event.target.closest?.(".case-link button");
    if (!pressed) return;
    const field = box().querySelector("input"), status = box().querySelector("[role=status]");
    field.value = location.href;
    try {{
      await navigator.clipboard.writeText(location.href);
    }} catch {{
      field.select();
      document.execCommand("copy");
    }}
    status.textContent = status.dataset.copied;
    setTimeout(() => {{ status.textContent = ""; }}, 4000);
  }});
}}
</script>
"""


def draw_case_link() -> None:
    """Draw the link that the page's address is."""
    with st.container(key=f"{ON_SCREEN_ONLY}_link"):
        st.html(
            CASE_LINK.format(
                label=escape(_("Link to this case")),
                copy=escape(_("Copy")),
                copied=escape(_("Copied")),
            ),
            unsafe_allow_javascript=True,
        )
