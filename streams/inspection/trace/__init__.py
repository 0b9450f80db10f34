"""Where an article is and was: read from Kafka alone, whoever has worked on it."""
