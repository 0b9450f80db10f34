"""Summaries written by a language model, behind any endpoint of OpenAI's chat completions.

prompt     what the model is asked, with the article as data
answer     what an answer of the endpoint means
client     aiohttp: one request within a time limit
slots      how many requests of this machine are in flight at once
asking     attempts, pauses between them, and a pause for all articles after an outage
numbers    the numbers of a text, as values
names      the names of a text
checks     whether a summary says only what stands in the article
writer     all of it: a summary, or why there is none

The settings are beside this package, in llm_settings.py.
"""
