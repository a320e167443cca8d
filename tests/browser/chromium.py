"""Find a Chromium for the browser tests, and get one where there is none.

The tests use the browser that the computer has. ``python -m tests.browser.chromium`` also tries to
get one: first Playwright's own build, then, as root on Debian or Ubuntu, the package of the system.
It says what it does, and fails only where ``CI`` is set: elsewhere the browser tests are skipped.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MACOS_PROGRAMS = (
    "Applications/Chromium.app/Contents/MacOS/Chromium",
    "Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
WINDOWS_FOLDERS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
WINDOWS_PROGRAMS = ("Google/Chrome/Application/chrome.exe", "Chromium/Application/chrome.exe")

DOWNLOAD_SECONDS = 300
PACKAGE_SECONDS = 900

MISSING = (
    "NO BROWSER: the browser tests cannot run. Install Chromium or Chrome, "
    "or run python -m tests.browser.chromium"
)


def required() -> bool:
    """Whether a missing browser is a failure: where ``CI`` is set."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false")


def find() -> Path | None:
    """Return the browser to test with, without installing anything."""
    return _installed() or _playwright_build()


def obtain() -> Path | None:
    """Return the browser to test with, installing one if that can be done quietly."""
    browser = find()
    for install in (_download_playwright_build, _install_debian_package):
        if browser is None:
            install()
            browser = find()
    return browser


def _installed() -> Path | None:
    for command in COMMANDS:
        if program := shutil.which(command):
            return Path(program)
    return next((program for program in _usual_places() if program.is_file()), None)


def _usual_places() -> list[Path]:
    if sys.platform == "darwin":
        return [folder / name for folder in (Path("/"), Path.home()) for name in MACOS_PROGRAMS]
    folders = [Path(os.environ[name]) for name in WINDOWS_FOLDERS if name in os.environ]
    return [folder / name for folder in folders for name in WINDOWS_PROGRAMS]


def _playwright_build() -> Path | None:
    with sync_playwright() as playwright:
        program = Path(playwright.chromium.executable_path)
    return program if program.is_file() else None


def _download_playwright_build() -> None:
    print("No Chromium or Chrome here. Trying Playwright's own build ...", flush=True)
    _run([sys.executable, "-m", "playwright", "install", "chromium"], DOWNLOAD_SECONDS)


def _install_debian_package() -> None:
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if not (is_root and shutil.which("apt-get")):
        return
    print("Trying the distribution's package: apt-get install chromium ...", flush=True)
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    if _run(["apt-get", "update"], PACKAGE_SECONDS, quiet):
        _run(["apt-get", "install", "-y", "chromium"], PACKAGE_SECONDS, quiet)


def _run(command: list[str], seconds: float, environment: dict[str, str] | None = None) -> bool:
    try:
        finished = subprocess.run(
            command,
            env=os.environ | (environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        print(f"  that did not work: {problem}", flush=True)
        return False
    if finished.returncode != 0:
        print(f"  that did not work: exit code {finished.returncode}", flush=True)
    return finished.returncode == 0


def main() -> int:
    """Say which browser the tests will use; 1 if there must be one and there is none."""
    if browser := obtain():
        print(f"Browser tests will use {browser}")
        return 0
    print(MISSING, file=sys.stderr)
    return 1 if required() else 0


if __name__ == "__main__":
    sys.exit(main())
