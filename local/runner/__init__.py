"""The runner: starts all parts in their order, says where they answer, serves the pages and the control API."""
