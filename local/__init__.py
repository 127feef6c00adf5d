"""One machine's stand-in for the cloud: reads a SAM template and runs what it declares, with no account.

It knows nothing of the system the template describes: everything it names comes from the template or from
`local.toml`.
"""
