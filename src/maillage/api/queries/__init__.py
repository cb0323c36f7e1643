"""Questions of the open interfaces. They ask the rooms below, and show only what public pages show."""
