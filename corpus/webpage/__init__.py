"""Saved web pages: what their markup declares, and which of their words are the article."""
