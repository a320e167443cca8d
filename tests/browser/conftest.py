"""A real browser on the real app, watched.

Every test that takes ``page`` also checks, when it ends, that nothing was asked of another host,
that the browser reported no error, and that the app wrote no traceback.
"""

import contextlib
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    ViewportSize,
    WebSocket,
    expect,
    sync_playwright,
)

from tests.browser import chromium
from tests.browser.chromium import MISSING
from tests.browser.waiting import MILLISECONDS, listen

ROOT = Path(__file__).parents[2]
START_SECONDS = 180
STOP_SECONDS = 10
expect.set_options(timeout=MILLISECONDS)

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Whatever a page asks of another host is recorded, and goes nowhere.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and isinstance(report.longrepr, tuple) and MISSING in report.longrepr[2]:
        # The same place for every test, so that the summary says it in one line.
        report.longrepr = (__file__, 0, MISSING)
    return report


@dataclass(frozen=True)
class RunningApp:
    """The app as the tests started it: its address, the file that holds what it prints, and the
    folder for its temporary files."""

    url: str
    log: Path
    temporary: Path

    def printed(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """The app, started once for all browser tests on a free port of this computer."""
    folder = tmp_path_factory.mktemp("app")
    with serving(free_port(), folder) as running:
        yield running


@contextlib.contextmanager
def serving(port: int, folder: Path) -> Iterator[RunningApp]:
    """Start the app on a port; end it, as if its machine had gone, where the context ends."""
    running = RunningApp(f"http://127.0.0.1:{port}", folder / "log.txt", folder / "temporary")
    running.temporary.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
    command += ["--server.headless", "true"]
    command += ["--server.address", "127.0.0.1", "--browser.serverAddress", "127.0.0.1"]
    command += ["--server.port", str(port)]
    with (
        running.log.open("ab") as log,
        subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | {"PYTHONUNBUFFERED": "1", "TMPDIR": str(running.temporary)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            _wait_until_healthy(running, process)
            yield running
        finally:
            _stop(process)


@pytest.fixture(scope="session")
def app_url(app: RunningApp) -> str:
    """The address of the running app, without a slash at the end."""
    return app.url


# Not for the whole session: while Playwright's synchronous interface is open, no other test in this
# thread could run an event loop of its own.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium, started once for the tests of this folder; without one they are skipped."""
    program = chromium.find()
    if program is None:
        if chromium.required():
            pytest.fail(MISSING, pytrace=False)
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def viewport() -> ViewportSize:
    """Size of the window; ``@pytest.mark.parametrize("viewport", [...])`` sets another."""
    return {"width": 1280, "height": 900}


@pytest.fixture
def context_options() -> dict[str, object]:
    """What else the browser is told, such as ``locale``; set in the same way as ``viewport``."""
    return {"color_scheme": "light", "locale": "en-GB", "reduced_motion": "reduce"}


@pytest.fixture
def page(
    app: RunningApp, browser: Browser, viewport: ViewportSize, context_options: dict[str, object]
) -> Iterator[Page]:
    """An empty page of a fresh browser profile, watched until the test ends."""
    printed_before = len(app.printed())
    context = browser.new_context(viewport=viewport, **context_options)  # type: ignore[arg-type]
    watch = Watch(app.url)
    watch.attach(context)
    listen(context)
    yield context.new_page()
    context.close()
    # Shown by pytest where the test fails.
    print("\n".join(watch.events))
    if "Traceback (most recent call last)" in (printed := app.printed()[printed_before:]):
        watch.problems.append(f"the app failed:\n{printed}")
    if watch.problems:
        pytest.fail("\n".join(watch.problems), pytrace=False)


@dataclass
class Watch:
    """What the browser did that it should not have done."""

    app_url: str
    problems: list[str] = field(default_factory=list)
    # When a page was loaded anew and when it was connected to the app, in seconds.
    events: list[str] = field(default_factory=list)

    def attach(self, context: BrowserContext) -> None:
        context.on("request", lambda request: self.note_request(request.url))
        context.on("page", self.attach_page)
        context.on("console", self.note_console)
        context.on("weberror", lambda error: self.problems.append(f"page error: {error.error}"))

    def attach_page(self, page: Page) -> None:
        page.on("websocket", self.attach_connection)
        page.on("domcontentloaded", lambda page: self.note_event(f"loaded {page.url}"))

    def attach_connection(self, connection: WebSocket) -> None:
        self.note_request(connection.url)
        self.note_event("connected")
        connection.on("close", lambda _connection: self.note_event("connection closed"))

    def note_event(self, what: str) -> None:
        self.events.append(f"{time.monotonic():.2f} {what}")

    def note_request(self, url: str) -> None:
        asked = urlsplit(url)
        if asked.scheme in ("data", "blob", "about"):
            return
        if asked.netloc != urlsplit(self.app_url).netloc:
            self.problems.append(f"request to another host: {url}")

    def note_console(self, message: ConsoleMessage) -> None:
        # Opened at another page than the first, Streamlit asks first below that page's address
        # whether the app is served there.
        asked_too_deep = re.search(r"/\w+/_stcore/(health|host-config)$", message.location["url"])
        if message.type == "error" and not asked_too_deep:
            self.problems.append(f"console error: {message.text}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(running: RunningApp, process: subprocess.Popen[bytes]) -> None:
    # A proxy named in the environment has no business between the tests and this computer.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with opener.open(f"{running.url}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (OSError, urllib.error.URLError):
            pass
        time.sleep(0.1)
    pytest.fail(f"the app did not start:\n{running.printed()}", pytrace=False)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
