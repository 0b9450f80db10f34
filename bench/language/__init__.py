"""How right the names, quotations and summaries are, beside what they are made of: `make bench-language`."""
