"""The talk with the family."""

import streamlit as st

from model.language import _
from ui.navigation import start_at_the_entry

start_at_the_entry()
st.title(_("Talk with the family"))
