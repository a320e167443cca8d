"""Pseudo-cohorts: lists of children, none of them real.

Every published statistic of theirs comes out as printed (Tables 1, 2, 4 and 5, Figure 3 and the
text of Roux et al. 2017).
"""
