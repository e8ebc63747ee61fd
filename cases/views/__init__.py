"""Pages of customers and their cases."""
