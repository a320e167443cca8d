"""The Compare page: up to four columns, each an option for a child in a situation."""
