"""Event sources: what calls a function when nobody invokes it directly."""
