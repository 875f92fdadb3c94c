"""The only room that imports discord."""
