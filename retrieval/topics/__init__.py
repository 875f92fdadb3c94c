"""How much articles are about a topic, as a chance that is fitted for each encoder."""
