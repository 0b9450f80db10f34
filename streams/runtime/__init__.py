"""One stage or one sink in one process: read a record, work on it, write the result, acknowledge."""
