"""This machine: child processes, HTTP between them, ports, whose pages may ask, the sentence that refuses a start."""
