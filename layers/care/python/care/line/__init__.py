"""A subscriber's line: what the operator's system knows of it, its packages and orders, the proof that one holds it."""
