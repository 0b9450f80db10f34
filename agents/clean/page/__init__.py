"""From the bytes of a page to the text of its article."""
