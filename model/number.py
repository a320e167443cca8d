"""A whole number as people write it, here and in France, and what cannot be taken for one.

A comma and a point are decimal signs, a space groups thousands. So 1 200 and 200,0 are whole
numbers, and 1,5 is none. A comma or point before exactly three digits is a decimal sign to one
reader and groups thousands for another: 1,200 is taken for neither, and asked about.
"""

import re

# A space on the keyboard, and those that do not break, as French typography and spreadsheets set.
SPACES = " \u00a0\u2009\u202f"
# No count here has more digits; a longer text is refused before it is converted.
MOST_DIGITS = 18
WHOLE = re.compile(
    rf"\+?(?P<whole>\d{{1,{MOST_DIGITS}}}|\d{{1,3}}(?:[{SPACES}]\d{{3}})+)(?:[.,](?P<part>\d*))?",
    re.ASCII,
)
THOUSANDS = re.compile(r"\+?(?P<whole>[1-9]\d{0,2})[.,](?P<part>\d{3})", re.ASCII)


def whole_number(text: str) -> int | None:
    """Read a whole number; None where the text is none, or could be one of two."""
    text = text.strip()
    found = WHOLE.fullmatch(text)
    if found is None or THOUSANDS.fullmatch(text) or (found["part"] or "").strip("0"):
        return None
    digits = re.sub(rf"[{SPACES}]", "", found["whole"])
    return int(digits) if len(digits) <= MOST_DIGITS else None


def two_readings(text: str) -> tuple[str, str] | None:
    """The two numbers that a text such as 1,200 may mean, as 1200 and 1.2; None for any other."""
    found = THOUSANDS.fullmatch(text.strip())
    if found is None:
        return None
    whole, part = found["whole"], found["part"].rstrip("0")
    return found["whole"] + found["part"], f"{whole}.{part}" if part else whole
