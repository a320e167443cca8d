"""Which libraries a new process has loaded after some code."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
FITTING = {"lifelines", "sksurv", "numba", "sklearn", "scipy"}


def loaded_by(code: str, given: str = "", *, quiet: bool = True) -> set[str]:
    """Names of all modules that a new Python has loaded once it has run the code.

    The code must end well and, if `quiet`, write nothing to standard error; `given` is what it
    reads from standard input.
    """
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; import sys; print(*sys.modules)"],
        input=given,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not (quiet and done.stderr), done.stderr
    return set(done.stdout.splitlines()[-1].split())
