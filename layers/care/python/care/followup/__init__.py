"""The follow-up of a case: what follows a write, a complaint's steps and waits, and the repair of a drift."""
