"""The one append-only log: audit, timeline, feed, and the source of every consumer."""
