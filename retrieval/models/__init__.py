"""The models: texts into vectors, and how well a text meets a question. Ports, and what is made of each library."""
