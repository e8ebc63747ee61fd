"""Pages over all tracks; each makes one domain call."""
