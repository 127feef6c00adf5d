"""What is said when the stack cannot start or run on."""


class Refusal(Exception):
    """What keeps the stack from starting or running on, as one sentence for the person who started it."""
