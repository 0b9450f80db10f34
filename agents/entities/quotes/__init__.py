"""What is said in an article, and by whom."""
