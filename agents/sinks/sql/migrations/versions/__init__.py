"""`v<number>_<what>.py`, each with the revision it follows."""
