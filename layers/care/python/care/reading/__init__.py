"""From a text to its meaning: what it is about, what answers it, what in it is personal. No store, no clock."""
