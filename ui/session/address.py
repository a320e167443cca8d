"""What the address of the page holds: the inputs, in codes of no language, never a date, and no
name but those that readers give to the columns of a comparison.

A link must mean the same in every language. Streamlit's own binding of a widget to the address
writes the visible words of a choice there, so that nothing is bound: a new session reads the link
that opened it, once, and from then on the address follows the session. Going back in the browser
changes the page and never the child.
"""

from collections.abc import Sequence

import streamlit as st

# What pages other than the form, and the language, keep in the address. Whoever keeps something
# checks it when it comes back.
LANGUAGE, RECALIBRATED = "lang", "recalibrated"
OF_PAGES = ("column", "ref", "at", "talk", "step", "when", "left_out", "icons")
FROM_LINK, KEPT, KEEPING = "from_link", "kept_in_address", "keeping_in_address"

# Streamlit adds a step to the browser's history whenever the address changes. A reader who goes
# back expects the page before, not the address without the last input.
ONE_STEP_A_PAGE = """
<script>
if (!window.oneStepAPage) {
  window.oneStepAPage = true;
  const add = history.pushState.bind(history);
  history.pushState = (state, unused, url) =>
    new URL(url ?? "", location.href).pathname === location.pathname
      ? history.replaceState(state, unused, url)
      : add(state, unused, url);
}
</script>
"""


def opened_link() -> dict[str, list[str]]:
    """What is left of the link that opened this session: the texts not yet asked for, by name."""
    if FROM_LINK not in st.session_state:
        st.session_state[FROM_LINK] = _address()
    link: dict[str, list[str]] = st.session_state[FROM_LINK]
    return link


def given_all(name: str) -> list[str]:
    """All that the link that opened this session says under a name, once; mostly nothing.

    Whoever asks has to check it: it comes from outside.
    """
    return opened_link().pop(name, [])


def given(name: str) -> str | None:
    """What the link that opened this session says under a name, once; None if it says nothing.

    Of several, the last counts. Whoever asks has to check it: it comes from outside.
    """
    texts = given_all(name)
    return texts[-1] if texts else None


def forget_link() -> None:
    """What the link still said, of pages not opened yet, was said of another child."""
    st.session_state[FROM_LINK] = {}


def start_keeping() -> None:
    """Called where a run begins: what is not kept in this run leaves the address."""
    opened_link()
    st.session_state[KEPT] = {}
    st.session_state[KEEPING] = True


def keep(name: str, code: str | Sequence[str] | None) -> None:
    """Let the address say a code, or several, under a name; None or none of them: nothing.

    Whatever is to stay has to be kept in every run.
    """
    codes = [code] if isinstance(code, str) else list(code or ())
    kept: dict[str, list[str]] = st.session_state.setdefault(KEPT, {})
    if codes:
        kept[name] = codes
    else:
        kept.pop(name, None)
    # Part of a page that runs again on its own has no end of the run to wait for.
    if not st.session_state.get(KEEPING):
        write_address()


def write_address() -> None:
    """Called where a run ends: let the address say what was kept, and nothing else."""
    st.session_state[KEEPING] = False
    kept: dict[str, list[str]] = st.session_state.get(KEPT, {})
    if kept != _address():
        st.query_params.from_dict(kept)


def draw_one_step_a_page() -> None:
    st.html(ONE_STEP_A_PAGE, unsafe_allow_javascript=True)


def _address() -> dict[str, list[str]]:
    return {name: st.query_params.get_all(name) for name in st.query_params}
