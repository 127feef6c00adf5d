"""One complaint from call to "puas", through the same doors as anyone uses."""
