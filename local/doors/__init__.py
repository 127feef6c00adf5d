"""Doors of the stack: what stands in for the services by which people and providers reach it."""
