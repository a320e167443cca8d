"""What every chart has alike: ink, fonts, sizes, and the way a curve is dashed."""

INK_OF_PAGE = "currentColor"
INK_OF_FILE = "#111111"
FONT_OF_FILE = "Arial, Helvetica, Liberation Sans, sans-serif"
FONT_SIZE = 13
SMALL_FONT_SIZE = 12
LINE_HEIGHT = 15
WIDTH_OF_FILE = 760
HEIGHT = 370
# What a page takes from the height of a chart for its axis; in a file the height is the plot's.
AROUND_PLOT = 80
HEIGHT_ONE_BY_ONE = 250
# On a phone, names at the ends of the curves are short.
NARROW = "containerSize()[0] < 600"
# What is observed, and what is predicted or compared with it.
OBSERVED_COLOR, MODEL_COLOR = "#2b7cb2", "#8f533f"
# How a line is dashed: by what supports it, or by what it is.
DASHES = {"yes": [1, 0], "borrowed": [10, 5], "no": [2, 3], "model": [6, 4], "exploratory": [1, 3]}
# Curves that one chart may hold.
MOST_SERIES = 6
