"""The model brought in line with a centre's own children, and the file that keeps it."""
