"""Faults on a real Kafka: what is lost, repeated or out of order, and how soon the pipeline continues.

    make faults                                every fault; a table in Markdown and JSON
    make faults ARGS="--fault worker-kill"     one of them; `--list` names all

The real stages and sinks run, each as a process. The page Reliability says which run without models.

    articles.py    what is published, from a seed: numbered articles, corrections, takedowns
    publisher.py   publishes them with acks=all and keeps what Kafka has confirmed
    running.py     a Kafka, the processes of the pipeline, and what a fault can do to them
    watched.py     what a fault waits for: lag, members, records, memory
    observed.py    reads every topic and sink
    counts.py      compares them with what Kafka has confirmed
    row.py         one row: start, publish, inject the fault, wait until everything is processed, count
    rows/          the faults
    table.py       rows as Markdown and JSON
"""
