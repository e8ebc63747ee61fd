"""Deliveries to people: the in-app inbox and e-mail."""
