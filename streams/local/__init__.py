"""The whole pipeline on one machine: the supervisor, the demo, and stages without Kafka."""
