"""The Case page: the child's curves, their table, what the paper proposes, what could move them."""
