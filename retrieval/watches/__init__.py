"""Watched questions: what the best evidence is, and whether what arrived since changes it."""
