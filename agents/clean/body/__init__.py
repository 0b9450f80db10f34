"""The text: blocks of the page, witnesses for them, and a small model that decides on each block."""
