"""The outcome of one article, within milliseconds: from an index of where its records are."""
