"""How far a color stands out from the ground of a page, by WCAG 2.2, in either theme."""

import tomllib

from tests.loaded import ROOT

THEMES: dict[str, dict[str, str]] = tomllib.loads(
    (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")
)["theme"]


def channels(color: str) -> list[float]:
    return [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]


def contrast(color: str, ground: str, opacity: float = 1.0) -> float:
    """Of a color such as #2b7cb2 that lets some of the ground through."""
    mixed = [
        opacity * own + (1 - opacity) * under
        for own, under in zip(channels(color), channels(ground), strict=True)
    ]
    bright, dim = sorted((_luminance(mixed), _luminance(channels(ground))), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _luminance(parts: list[float]) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
