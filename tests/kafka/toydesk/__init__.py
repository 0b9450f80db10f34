"""A desk of one stage that does what each article tells it to: the engine is tested on it.

It lives in a folder of its own, as a user's desk would; tests put that folder on the path.
"""

from toydesk.stage import STAGE

STAGES = (STAGE,)
SINKS = {"jsonl": "agents.sinks.jsonl:open_sink"}
