"""Articles that cannot be processed: how they are kept, listed, replayed and dropped, and their limit."""
