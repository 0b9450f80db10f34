"""What a pipeline is written with: stages, sinks, topics and record headers. No Kafka client."""
