"""Customer recovery: make the person whole, whether or not they complained."""
