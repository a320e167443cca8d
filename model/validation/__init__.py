"""A centre's own children: their table read and checked, and how well the model fits them."""
