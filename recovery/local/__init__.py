"""Embedded PostgreSQL and Valkey for evaluation and tests, and the `up` command."""
