"""What happened: the closed set of events, their fold, and the trace file."""
