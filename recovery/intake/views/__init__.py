"""Pages by which things come in."""
