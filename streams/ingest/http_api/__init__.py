"""The HTTP ingest API, for those without a Kafka client: nothing is answered before Kafka has confirmed
it."""
