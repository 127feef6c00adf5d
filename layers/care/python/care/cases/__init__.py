"""Cases: what is followed until it is finished, and everything that may happen to one."""
