"""How well the model fits a centre's own children."""
