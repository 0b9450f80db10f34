"""First names, and whether they are women's or men's."""
