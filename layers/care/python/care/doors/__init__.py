"""What the doors accept, a room a channel: read, decide, write once.

The same event twice leaves one entry and is answered the same; ``Accepted.again`` tells that it was known.
"""
