"""The services outside: the table, the queues, the executions, the objects, the senders, the operator's system."""
