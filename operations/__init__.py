"""What people run against a stack: deploy, replay."""
