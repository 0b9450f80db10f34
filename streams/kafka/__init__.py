"""How Kafka is reached: clients, topics, access rights, offsets and transactions, set up once."""
