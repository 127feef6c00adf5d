"""This machine: child processes, HTTP between them, ports, whose pages may ask, and the sentence that refuses a start."""
