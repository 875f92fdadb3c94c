"""The index of vectors: exact while small, sealed when large, and kept up to date with the archive."""
