"""Contacts: the interactions themselves, and what each event left in them."""
