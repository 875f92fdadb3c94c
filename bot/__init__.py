"""Who asked, where, and when."""
