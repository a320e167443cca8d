"""How any result is shown: words, colours, tables, curves, files and sheets."""
