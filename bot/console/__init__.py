"""The same pages in a terminal."""
