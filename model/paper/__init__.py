"""What the paper prints: its figures, its guidelines, its statements in words, and its slips.

Read from `data/`, each by its id; nothing is computed from it here.
"""
