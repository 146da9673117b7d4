"""What a transaction writes, noun by noun. Statements are prepared once; no object mapping here."""
