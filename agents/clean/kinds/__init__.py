"""What a page is where it is no article: a list of articles, an error, a wall. One module each."""
