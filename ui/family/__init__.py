"""The talk with the family, on screen and on paper."""
