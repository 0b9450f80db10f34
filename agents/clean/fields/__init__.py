"""The fields of a clean article, one module each."""
