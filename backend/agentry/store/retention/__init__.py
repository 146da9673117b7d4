"""Old runs: written to files, taken away, and what only they needed with them."""
