"""Questions of the directory: one function per screen, all answered by `matching`."""
