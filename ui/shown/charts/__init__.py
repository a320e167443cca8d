"""The charts: numbers in, Vega-Lite out.

A chart of curves is made of `Series`, one a curve, each with its name, its own colour and marker,
and its numbers; on the case page they are the options. Nothing here draws or asks Streamlit
anything; the page and the downloads give the same specification to their own renderers. A
specification is a template that Altair has built, filled with words and rows: to build it at every
run costs more than all the rest of the page.

Colours pass 3:1 against both backgrounds and stay apart for every common kind of colour blindness;
each option also has its own marker and its name at the end of its curve. None is a colour of
warning or approval. Text takes the colour of the page around it ("currentColor"), so that the same
chart is right in both themes.
"""
