"""Metrics across departments, from roll-ups."""
