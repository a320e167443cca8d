"""What every chart has alike: ink, fonts, sizes, and the way a curve is dashed."""

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
DASH = [5, 4]
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
