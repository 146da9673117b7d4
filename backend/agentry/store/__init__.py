"""Where SQL is spoken: the journal, its rows, and the flows on disk."""
