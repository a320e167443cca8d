"""Settings for all tests."""

from hypothesis import HealthCheck, settings

# A busy machine must not decide a test: no time limit for an example, and the same examples always.
settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")
