"""What the pages look like beyond Streamlit's theme: where the focus is, and how a page prints.

Nothing is said here, and nothing done but to lead the focus. The selectors are Streamlit's own test
identifiers and ARIA attributes, which outlast its generated class names.
"""

import streamlit as st

# The key of a container that has no business on paper begins with this: st.container(key=...).
ON_SCREEN_ONLY = "on_screen_only"

# The key of a container whose folds are left out on paper where they are folded on screen.
LEFT_FOLDED = "left_folded"

# One blue keeps 3:1 against the backgrounds of both themes, and against white paper.
FOCUS_COLOR = "#2b7cb2"

# The boxes that Streamlit draws around a field that is typed into; they cut off what is outside.
BOX = """:is([data-testid="stTextInputRootElement"], [data-testid="stTextAreaRootElement"],
  [data-testid="stSelectbox"] [role="group"])"""
FOCUSED = "is(input, textarea):focus-visible"

ON_SCREEN = f"""
/* The answer begins right below the bar at the top. */
[data-testid="stMainBlockContainer"] {{ padding: 4.4rem 2.2rem 3rem; }}
@media (max-width: 768px) {{
  [data-testid="stMainBlockContainer"] {{ padding: 4.4rem 1rem 3rem; }} }}
[class*="st-key-guidance_box"] h2 {{ font-size: 1.1rem; padding: 0; }}
[class*="st-key-guidance_box"] :is(p, li) {{ font-size: 0.95rem; }}
[class*="st-key-guidance_box"] ol {{ margin-bottom: 0.3rem; }}
[data-testid="stSidebarHeader"] {{ height: 3rem; margin-bottom: 0; }}
:focus-visible, label:has(input:focus-visible), {BOX}:has(:{FOCUSED}),
[data-testid="stSlider"] [data-rac]:has(> * > input:focus-visible) {{
  outline: 3px solid {FOCUS_COLOR} !important; outline-offset: 2px !important; }}
{BOX}:has(:{FOCUSED}) {{ outline-offset: -3px !important; }}
{BOX} :{FOCUSED} {{ outline: none !important; }}
/* Outside its edges it would not be seen. */
[data-testid="stMain"]:focus-visible {{ outline-offset: -3px !important; }}
/* What has the focus does not hide below the bar at the top, nor its outline at an edge. */
[data-testid="stMain"] {{ scroll-padding: 4.5rem 0 1rem; }}
[data-testid="stSidebarContent"], [data-testid="stPopoverBody"] {{ scroll-padding: 1rem 0; }}
/* Primary color on its own tint is not contrast enough for text in the dark theme. */
[data-testid="stButtonGroup"] button:is([aria-checked="true"], [aria-pressed="true"]) {{
  color: CanvasText !important; }}
/* In English whatever the language, and over what is typed in a narrow field. The page says it. */
:is([data-testid="stSidebar"], [data-testid="stPopoverBody"]) [data-testid="InputInstructions"] {{
  display: none; }}
/* What is refused beside a field. */
:is([data-testid="stSidebar"], [data-testid="stPopoverBody"]) [data-testid="stAlert"] p {{
  font-size: 0.9rem; }}
/* Links to headings serve who quotes a page; here they are stops on the keyboard's way. */
[data-testid="stHeaderActionElements"] {{ display: none; }}
/* WCAG 2.2, 2.5.8: whatever is pressed is at least 24 pixels high and wide. */
[data-testid="stTooltipIcon"] button {{ min-width: 24px; min-height: 24px; }}
[data-testid="stCheckbox"] label, [data-testid="stRadioOption"] {{ min-height: 24px; }}
[data-testid="stSlider"] [data-rac]:has(> * > input) {{ width: 24px; height: 24px; }}
[data-testid="stSlider"] [role="group"] {{ margin-top: 0.6rem; }}
/* Side by side with others, a group of buttons would cut off the outline of the one in focus. */
[data-testid="stButtonGroup"] :has(> button) {{ overflow: visible !important; }}
/* So is a link of more words than fit beside each other. */
[data-testid="stPageLink"] p, [data-testid="stPageLink"] span {{ white-space: normal !important; }}
/* What a button says is read to its end: on a phone it takes two lines. */
[data-testid="stMain"] button .stMarkdownEllipsis, [data-testid="stMain"] button
  .stMarkdownEllipsis p {{ white-space: normal; overflow: visible; }}
/* A script takes no room. */
[data-testid="stElementContainer"]:has(> [data-testid="stHtml"] > script:only-child) {{
  display: none; }}
/* Streamlit's own buttons on a chart give it away without the case, the limits and the model. Its
   labels are English in every language. */
.stElementToolbar button[aria-label^="Download as"],
.stElementToolbar button[aria-label^="Copy Vega-Lite"] {{ display: none; }}
"""

# Where the reader's own few colors replace those of the page, what Streamlit marks as chosen by
# filling it with a color would look as if it were not.
FORCED_COLORS = """
@media (forced-colors: active) {
  [data-testid="stButtonGroup"] button:is([aria-checked="true"], [aria-pressed="true"]) {
    forced-color-adjust: none; background: Highlight !important; }
  [data-testid="stButtonGroup"] button:is([aria-checked="true"], [aria-pressed="true"]) * {
    color: HighlightText !important; }
  [data-testid="stRadioOption"] > div > div:first-child,
  [data-testid="stCheckbox"] label > div:has(> svg),
  [data-testid="stSlider"] [data-rac]:has(> * > input) { forced-color-adjust: none; }
}
"""

CALM = """
@media (prefers-reduced-motion: reduce) {
  *, ::before, ::after { animation-duration: 0.01ms !important; scroll-behavior: auto !important;
    animation-iteration-count: 1 !important; transition-duration: 0.01ms !important; }
}
"""

ON_PAPER = f"""
@media print {{
  @page {{ margin: 12mm; }}
  html {{ font-size: 10.5pt !important; color-scheme: light !important; }}
  [data-testid="stMainBlockContainer"] {{ max-width: none !important; padding: 0 !important; }}
  /* Black on white, whatever the theme; drawings keep their colors. */
  body, body *:not(svg, svg *) {{ color: #111 !important; background: transparent !important; }}
  svg {{ background: none !important; color: #111; }}
  /* Nothing that is pressed, typed into or pointed at. */
  [data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stSkipToContent"],
  [data-testid="stToolbar"], [data-testid="stExpandSidebarButton"],
  [data-testid="stElementToolbar"], [data-testid="stTooltipIcon"],
  [data-testid="stButton"], [data-testid="stDownloadButton"], [data-testid="stLinkButton"],
  [data-testid="stButtonGroup"], [data-testid="stRadio"], [data-testid="stCheckbox"],
  [data-testid="stSelectbox"], [data-testid="stMultiSelect"], [data-testid="stSlider"],
  [data-testid="stSelectSlider"], [data-testid="stFileUploader"], [data-testid="stTextInput"],
  [data-testid="stTextArea"], [data-testid="stPopover"],
  [data-testid="stMain"] p:has(> a[href^="#"]:only-child), #vg-tooltip-element,
  [class*="st-key-{ON_SCREEN_ONLY}"] {{ display: none !important; }}
  [data-testid="stCaptionContainer"] {{ opacity: 1 !important; }}
  [data-testid="stElementContainer"]:has(.not-applied),
  /* The case is the answer, the curves and the proposal, and what the reader has unfolded. */
  [class*="st-key-{LEFT_FOLDED}"] [data-testid="stExpander"]:has(> details:not([open])) {{
    display: none !important; }}
  /* Side by side stays so, in as many rows as it takes. */
  [data-testid="stHorizontalBlock"] {{ display: flex !important; flex-wrap: wrap !important; }}
  /* What is folded on screen is open on paper. */
  details::details-content {{ content-visibility: visible !important; height: auto !important;
    opacity: 1 !important; }}
  [data-testid="stExpander"] summary [data-testid="stIconMaterial"] {{ display: none; }}
  /* Charts as wide as the paper at most, and whole. */
  [data-testid="stVegaLiteChart"], [data-testid="stVegaLiteChart"] > * {{
    width: 100% !important; max-width: 100% !important; height: auto !important;
    overflow: visible !important; }}
  svg.marks {{ width: 100% !important; height: auto !important; }}
  /* A table that fits on a sheet is not split, because its caption would stay behind. */
  [data-testid="stVegaLiteChart"], img, svg, figure, table, tr, [role="row"], li,
  [class*="st-key-guidance_box"], [data-testid="stHtml"] p {{ break-inside: avoid; }}
  h1, h2, h3, h4, h5, h6, [data-testid="stHeading"], summary {{ break-after: avoid; }}
  summary {{ list-style: none; }}
  thead {{ display: table-header-group; }}
  p {{ orphans: 3; widows: 3; }}
}}
"""

STYLE_OF_PAGES = f"{ON_SCREEN}{FORCED_COLORS}{CALM}{ON_PAPER}"

# Streamlit hangs an open popover at the end of the page, where the Tab key finds it last. Here it
# finds it where the eye does: after its button, and before what follows that.
THROUGH_POPOVERS = """
<script>
if (!window.tabsThroughPopovers) {
  window.tabsThroughPopovers = true;
  document.addEventListener("keydown", (event) => {
    const button = document.querySelector("[data-testid=stPopoverButton][aria-expanded=true]");
    const body = document.querySelector("[data-testid=stPopoverBody]");
    if (event.key !== "Tab" || !button || !body) return;
    const stops = [...body.querySelectorAll("a[href], button, input, select, textarea, [tabindex]")]
      .filter((stop) => stop.tabIndex >= 0 && !stop.disabled && stop.checkVisibility());
    const at = document.activeElement;
    if (at === button && !event.shiftKey) {
      event.preventDefault();
      stops[0]?.focus();
    } else if (at === stops[0] && event.shiftKey) {
      event.preventDefault();
      button.focus();
    } else if (at === stops.at(-1) && !event.shiftKey) {
      // From the button the browser itself goes on to what follows.
      button.focus();
    }
  }, true);
}
</script>
"""


def draw_page_style(more: str) -> None:
    """Called once by the entry script, for every page, with more that every page is drawn in."""
    st.html(f"<style>{STYLE_OF_PAGES}{more}</style>")
    st.html(THROUGH_POPOVERS, unsafe_allow_javascript=True)
