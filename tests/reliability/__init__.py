"""Faults on a real Kafka, counted: what is lost, repeated, out of order, and how soon the pipeline goes on.

    make faults                                every fault; a table in Markdown and JSON
    make faults ARGS="--fault worker-kill"     one of them; `--list` names all

The product runs as it is: the real stages and sinks as processes of their own. What stands in for spaCy, and
where, the table says.

    articles.py    what is published: numbered articles, corrections, takedowns, comebacks; from a seed
    publisher.py   publishes them with acks=all and keeps what Kafka confirmed: the truth
    running.py     a Kafka, the pipeline's processes on it, and what a fault can do to them
    counts.py      reads every topic and sink and compares them with the truth
    row.py         one row: start, publish, strike, wait for quiet, count
    rows/          the faults
    table.py       rows as Markdown and JSON
"""
