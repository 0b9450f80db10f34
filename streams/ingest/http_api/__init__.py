"""The HTTP ingest API, for programs without a Kafka client. Each answer waits for Kafka's confirmation."""
