"""How many deaths a calibration slope of useful precision asks for.

What a death tells of the slope is the variance of the prognostic index among the children at risk
when it happens. So the standard error shrinks with the root of the number of deaths, as long as
children of the same mix are added (van Houwelingen & Putter 2012, section 3.4; Riley 2022 for the
same target by simulation). This cohort's own standard error gives that variance.

References
----------
van Houwelingen HC, Putter H. Dynamic Prediction in Clinical Survival Analysis. CRC Press, 2012.
Riley RD, Collins GS, Ensor J, et al. Minimum sample size calculations for external validation of a
clinical prediction model with a time-to-event outcome. Stat Med 2022;41:1280-1295.
"""

import math

from model.survival.prediction import Z_95
from model.validation.calibration import Slope

# Half widths of the 95% interval of the slope that a reader may aim at.
HALF_WIDTHS = (0.3, 0.2, 0.1)


def half_width(slope: Slope) -> float:
    """Half the width of the slope's 95% interval from Cox's information."""
    return Z_95 * slope.standard_error


def deaths_needed(slope: Slope, n_deaths: int, wanted: float) -> int:
    """Deaths for which the slope's 95% interval would reach `wanted` to either side.

    Parameters
    ----------
    slope : Slope
    n_deaths : int
        On which it rests.
    wanted : float
        Half the width of the interval.
    """
    return math.ceil(n_deaths * (half_width(slope) / wanted) ** 2 - 1e-9)
