"""Places of the world by their names, and which of them an article means."""
