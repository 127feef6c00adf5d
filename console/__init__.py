"""The local page: what the call centre holds and does, read from its store and the AWS APIs.

It runs beside the stack on one machine and changes nothing in it. Only process ids and the kill
button come from the runner; everything else would read the same in an AWS account.
"""
