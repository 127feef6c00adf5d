"""What the doors accept, a module a door: read, decide, write once.

The same event twice leaves one entry and is answered the same; ``Accepted.again`` tells that it was known.
"""
