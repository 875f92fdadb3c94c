"""Finding words that answer. Gives back an outcome or a digest, both made of quotes."""
