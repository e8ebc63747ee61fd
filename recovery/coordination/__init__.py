"""Verbs over several tracks, and the consumers that carry facts from one to another."""
