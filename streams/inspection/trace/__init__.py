"""The trace of one article through all stages and sinks, read from Kafka alone."""
