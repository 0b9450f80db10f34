"""The revisions, `v<number>_<content>.py`. Each names the revision before it."""
