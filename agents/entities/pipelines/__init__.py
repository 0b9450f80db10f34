"""Models that find names: whatever spaCy pipeline or GLiNER model the settings name for a language."""
