"""The engine: how records move through Kafka. It knows Kafka and Faust, nothing of news or language."""
