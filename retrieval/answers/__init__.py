"""From passages to quotes: which sentences answer, how sure that is, and what the answer is then called."""
