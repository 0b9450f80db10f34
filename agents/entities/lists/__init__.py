"""Names in languages without a model: by lists of first names, places and organisations."""
