"""Predictions of whole files of cases, in memory that does not grow with them."""
