"""The Registry page: a centre's own children held against the model."""
