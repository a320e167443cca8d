"""The case page against an empty Streamlit app with the same widgets, in a real browser.

A rerun is timed by the browser: from the message that reports a changed input to the last message
of the server's answer. A first load is timed from opening the address,
in a fresh browser profile with nothing cached, until the last widget (empty app) or the curves and
the table (case page) are drawn. Both servers have answered once before.

Evidence is timed from opening its address to its first number: by the first reader that a new
server has, whom nothing is loaded for yet, and by later ones.
"""

import contextlib
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from model.reconstruction.reproduction import load_reproduction, verdict_on
from tests.browser import chromium
from tests.browser.conftest import CHROMIUM_ARGUMENTS

ROOT = Path(__file__).parent.parent
CASE = "?leukemia=AML&days=200&cr=yes&age=8"
ROUNDS, RERUNS, WAITS = 7, 24, 20
ASKED_RERUN, ASKED_LOAD = 1.5, 1.25
ASKED_WAIT, ASKED_WORST_WAIT = 0.25, 0.5
EVIDENCE = f"evidence{CASE}"
ASKED_FIRST_NUMBER, SERVERS, READERS = 2.0, 3, 3
DRAWN = {
    "empty": "section[data-testid=stSidebar] button:has-text('Start a new case')",
    "case": "table td >> nth=0",
}

CHART = "[data-testid=stVegaLiteChart] svg, [data-testid=stVegaLiteChart] canvas"


@contextlib.contextmanager
def served(script: str) -> Iterator[tuple[str, int]]:
    """The address of a new server of a script, and the number of its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", script]
    options = ["--server.port", str(port), "--server.headless", "true"]
    address = f"http://127.0.0.1:{port}/"
    with subprocess.Popen(
        command + options, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            for _ in range(300):
                with contextlib.suppress(OSError):
                    urllib.request.urlopen(address + "_stcore/health").close()
                    break
                time.sleep(0.1)
            yield address, server.pid
        finally:
            server.terminate()


def first_load(browser: Browser, address: str, drawn: str) -> float:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    start = time.perf_counter()
    page.goto(address + CASE, wait_until="commit")
    page.wait_for_selector(DRAWN[drawn])
    if drawn == "case":
        page.wait_for_selector(CHART)
    taken = time.perf_counter() - start
    context.close()
    return taken


# Kept by the browser itself: when it last sent a message to the server, and last received one.
WATCH = """
const Native = window.WebSocket;
window.traffic = {sent: 0, received: 0};
window.WebSocket = class extends Native {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", () => { window.traffic.received = performance.now(); });
  }
  send(message) { window.traffic.sent = performance.now(); super.send(message); }
};
"""
# Kept by the browser itself: how long after a field was entered the answer had painted new numbers.
WATCH_NUMBERS = """
let entered, said;
const answer = () => document.querySelector("table.answer")?.textContent;
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter") { entered = performance.now(); said = answer(); window.waited = null; }
}, true);
new MutationObserver(() => {
  const now = answer();
  if (window.waited !== null || now === undefined || now === said) return;
  window.waited = 0;
  requestAnimationFrame(() => setTimeout(() => { window.waited = performance.now() - entered; }));
}).observe(document, {subtree: true, childList: true, characterData: true});
"""
QUIET = 700  # milliseconds after which a rerun is surely over


def reruns(page: Page, count: int) -> list[float]:
    """Seconds from the message of a change to the last of its answer, each a full rerun."""
    return changed(page, count, "window.traffic.received - window.traffic.sent")


def waits(page: Page, count: int) -> list[float]:
    """Seconds from Enter to the painted number."""
    page.evaluate(WATCH_NUMBERS)
    return changed(page, count, "window.waited")


def changed(page: Page, count: int, milliseconds: str) -> list[float]:
    """Change the days to failure across the interval boundaries, and read each time what the
    browser says of it."""
    field = page.get_by_label("Days from first transplant", exact=False).first
    taken = []
    for k in range(count):
        field.fill(str((45, 120, 250, 700)[k % 4] + k))
        field.press("Enter")
        page.wait_for_timeout(QUIET)
        taken.append(page.evaluate(milliseconds) / 1e3)
    return taken


def first_numbers(browser: Browser, address: str) -> float:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    start = time.perf_counter()
    page.goto(address + EVIDENCE, wait_until="commit")
    number = verdict_on(load_reproduction()).n_figures
    page.wait_for_selector(f"[data-testid=stMain] p:has-text('{number}')")
    taken = time.perf_counter() - start
    context.close()
    return taken


def time_evidence(browser: Browser) -> None:
    """Time Evidence's first number, by the first reader of new servers and by later ones."""
    first, later = [], []
    for _ in range(SERVERS):
        with served("streamlit_app.py") as (address, _process):
            first.append(first_numbers(browser, address))
            later += [first_numbers(browser, address) for _ in range(READERS)]
    for who, taken in (("first reader of a new server", first), ("later readers", later)):
        middle = statistics.median(taken)
        verdict = "met" if middle <= ASKED_FIRST_NUMBER else "NOT met"
        print(
            f"pages: Evidence, {who}: first number after {middle:.1f} s (asked at most "
            f"{ASKED_FIRST_NUMBER:.0f} s on two idle cores: {verdict})"
        )


def main() -> None:
    program = chromium.find()
    if program is None:
        print("pages: no browser was found, so nothing was timed")
        return
    with (
        served("benchmarks/empty_app.py") as (empty, _),
        served("streamlit_app.py") as (case, _),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_ARGUMENTS)
        apps = {"empty": empty, "case": case}
        for name, address in apps.items():
            first_load(browser, address, name)
        loads = {name: [] for name in apps}  # type: dict[str, list[float]]
        for _ in range(ROUNDS):
            for name, address in apps.items():
                loads[name].append(first_load(browser, address, name))
        times = {name: [] for name in apps}  # type: dict[str, list[float]]
        pages = {}
        for name, address in apps.items():
            page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
            page.add_init_script(WATCH)
            page.goto(address + CASE)
            page.wait_for_selector(DRAWN[name])
            page.wait_for_timeout(1500)
            pages[name] = page
        for _ in range(RERUNS // 4):
            for name, page in pages.items():
                times[name] += reruns(page, 4)
        waited = waits(pages["case"], WAITS)
        time_evidence(browser)
        browser.close()
    for what, measured, asked in (("rerun", times, ASKED_RERUN), ("first load", loads, ASKED_LOAD)):
        middle = {name: statistics.median(values) for name, values in measured.items()}
        factor = middle["case"] / middle["empty"]
        verdict = "met" if factor <= asked else "NOT met"
        print(
            f"pages: {what}: case page {1e3 * middle['case']:.0f} ms, empty app with the same "
            f"widgets {1e3 * middle['empty']:.0f} ms: ratio {factor:.2f} (asked at most {asked}: "
            f"{verdict})"
        )
    middle, worst = statistics.median(waited), max(waited)
    met = middle <= ASKED_WAIT and worst <= ASKED_WORST_WAIT
    print(
        f"pages: changed field to new number on screen: median of {WAITS} {1e3 * middle:.0f} ms, "
        f"worst {1e3 * worst:.0f} ms (asked at most {1e3 * ASKED_WAIT:.0f} and "
        f"{1e3 * ASKED_WORST_WAIT:.0f} on two idle cores: {'met' if met else 'NOT met'})"
    )
