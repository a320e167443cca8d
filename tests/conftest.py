"""Settings for all tests."""

import os

from hypothesis import HealthCheck, settings

# Nor must the language of whoever runs the tests: the command line speaks that of its environment.
os.environ["LANGUAGE"] = "en"

# A busy machine must not decide a test: no time limit for an example, and the same examples always.
settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")
