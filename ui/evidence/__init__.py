"""The Evidence page: everything published beside everything reproduced."""
