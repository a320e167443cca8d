"""The survival models: fitted to the lists of children, pooled, and what they predict."""
