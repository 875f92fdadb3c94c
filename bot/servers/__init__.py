"""What each server chose, and who may see which collection; knows no Discord."""
