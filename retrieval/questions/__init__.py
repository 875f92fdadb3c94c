"""What a question says: its words, dates, sources and clauses. Pure."""
