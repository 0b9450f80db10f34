"""The type of each mention again, with the whole article before the eyes."""
