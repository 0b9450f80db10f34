"""What a model gets wrong and a rule gets right."""
