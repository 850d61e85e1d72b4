"""The console: pages for people with an account, rendered on the server; holds no decision."""
