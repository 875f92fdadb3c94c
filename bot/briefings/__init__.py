"""What was promised to subscribers, and what was kept. No Discord import."""
