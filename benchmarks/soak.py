"""Whether a server that is asked again and again keeps what it no longer needs.

Many sessions, each with a socket of its own as a browser has, change the days to failure and the
days survived in turn; the memory of the server is read between rounds (Linux alone). What it keeps
for good, the curves of every pattern for some days survived, is there after the warm-up.
"""

import itertools
import re
import time
from collections.abc import Sequence
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from benchmarks.pages import CASE, served

SESSIONS, RERUNS, WARM_UP = 50, 2000, 1000
ASKED_MEGABYTES = 1.0
# Days of every interval, and days survived.
CHANGES: tuple[tuple[str, Sequence[int]], ...] = (
    ("Days from first transplant", (45, 120, 250, 700)),
    ("Days since", range(0, 360, 9)),
)


class Session:
    """One reader: a socket, and the fields of the form by what the server calls them."""

    def __init__(self, address: str) -> None:
        where = address.replace("http", "ws") + "_stcore/stream"
        self.socket: ClientConnection = connect(
            where, subprotocols=[Subprotocol("streamlit")], max_size=None
        )
        self.fields: dict[str, str] = {}
        self.hold: dict[str, str] = {}
        self._ask()

    def change(self, field: str, text: str) -> None:
        name = next(id for label, id in self.fields.items() if field in label)
        self.hold[name] = text
        self._ask()

    def close(self) -> None:
        self.socket.close()

    def _ask(self) -> None:
        message = BackMsg()
        message.rerun_script.query_string = CASE.lstrip("?")
        for name, text in self.hold.items():
            message.rerun_script.widget_states.widgets.add(id=name, string_value=text)
        self.socket.send(message.SerializeToString())
        while True:
            received = self.socket.recv(timeout=30, decode=False)
            answer = ForwardMsg.FromString(received)
            element = answer.delta.new_element
            if element.WhichOneof("type") == "text_input":
                self.fields[element.text_input.label] = element.text_input.id
            if answer.WhichOneof("type") == "script_finished":
                return


def resident_megabytes(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) / 1024


def main() -> None:
    if not Path("/proc/self/status").exists():
        print("soak: the memory of a process is read from /proc, which is not here")
        return
    with served("streamlit_app.py") as (address, process):
        sessions = [Session(address) for _ in range(SESSIONS)]
        turns = itertools.count()

        def asked(count: int) -> float:
            for turn in itertools.islice(turns, count):
                # A session changes one field in one round, and the other in the next.
                field, values = CHANGES[(turn + turn // SESSIONS) % 2]
                sessions[turn % SESSIONS].change(field, str(values[turn // 2 % len(values)]))
            return resident_megabytes(process)

        before = asked(WARM_UP)
        start = time.perf_counter()
        after = asked(RERUNS)
        taken = time.perf_counter() - start
        for session in sessions:
            session.close()
    grown = (after - before) / (RERUNS / 1000)
    verdict = "met" if grown < ASKED_MEGABYTES else "NOT met"
    print(
        f"soak: {RERUNS:,} reruns over {SESSIONS} sessions after {WARM_UP:,} to warm up: "
        f"{before:.1f} to {after:.1f} MB, {grown:+.2f} MB per 1,000 (asked below "
        f"{ASKED_MEGABYTES:.0f}: {verdict}); {1e3 * taken / RERUNS:.0f} ms a rerun"
    )
