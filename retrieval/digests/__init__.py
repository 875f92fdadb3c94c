"""From what arrived to what is told of it: one item a story, one sentence an item, and an account of the rest."""
