"""From a posting to an article: knows mail and how articles are passed on, and no container."""
