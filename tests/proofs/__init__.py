"""Proofs about the engine: it survives crashes, agrees with its own language, and is watched."""
