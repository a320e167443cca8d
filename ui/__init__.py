"""What is on screen and on paper: one room a page, above what all pages share."""
