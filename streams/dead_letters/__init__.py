"""What becomes of articles that cannot be processed: the letter that keeps them, and the limit on letters."""
