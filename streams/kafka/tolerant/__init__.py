"""Corrections to the Kafka clients: they read every batch that a broker accepts, in bounded memory."""
