"""Lists of children, none of them real, and whether every published statistic comes out of them.

Tables 1 to 5, Figure 3 and the text of Roux et al. 2017.
"""
