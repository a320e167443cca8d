"""Options and scenarios side by side."""

import streamlit as st

from model.language import _
from ui.navigation import start_at_the_entry

start_at_the_entry()
st.title(_("Compare"))
