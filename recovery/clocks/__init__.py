"""Standards of care and the clocks that run on work items."""
