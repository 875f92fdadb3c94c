"""Which reports tell of one event, and what a report adds to a story that was told before."""
