"""Where Lambda's event shapes that several functions share meet the domain."""
