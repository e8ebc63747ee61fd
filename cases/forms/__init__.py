"""Forms of customers and their cases."""
