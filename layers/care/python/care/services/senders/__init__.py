"""What sends, a module a service: ``port`` is what all of them promise."""
