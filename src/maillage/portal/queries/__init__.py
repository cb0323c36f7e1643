"""Questions of the homes and of the management pages: one function per screen."""
