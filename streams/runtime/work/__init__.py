"""The work of a stage, in pool processes or in this one: bytes in, bytes out."""
