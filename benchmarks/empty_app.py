"""An app with the case form and nothing else: what Streamlit itself costs."""

import streamlit as st

from ui.session.form import case_form

st.set_page_config(page_title="Empty", layout="wide", initial_sidebar_state="expanded")
st.navigation([st.Page(lambda: None, title="Empty", default=True)]).run()
case_form(drawn=True)
