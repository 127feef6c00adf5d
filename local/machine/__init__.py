"""This machine: child processes, HTTP between them, ports, whose pages may ask, and what refuses a start."""
