"""The commands as the help pages show them: arguments, options, words. What they do is not imported."""
