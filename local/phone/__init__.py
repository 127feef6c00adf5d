"""The phone: plays the contact flow that is deployed to Amazon Connect, block by block, on one machine."""

from local.phone.door import add_routes

__all__ = ["add_routes"]
