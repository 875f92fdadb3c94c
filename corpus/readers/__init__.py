"""One reader for each container: bytes to raw items, pure. `sources` does the fetching."""
