"""One post as an application: command handlers, permissions, read models and ports."""
