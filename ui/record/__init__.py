"""The sheet for the child's record."""
