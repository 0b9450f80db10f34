"""The desk: what happens to an article. Its stages and sinks in flow order; nothing else finds them."""
