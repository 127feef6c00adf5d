"""CloudFormation: the template and `local.toml` read, and the running stack as every part sees it."""
