"""What was written, kept exactly. No model, no chat, no event loop."""
