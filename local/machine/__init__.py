"""This machine: child processes, ports, whose pages may ask, and the sentence that refuses a start."""
