"""A layer both functions import."""

EDITION = 1
