"""Where articles are: status, tail and trace, read from Kafka alone."""
