"""Process recovery: learn from failures and prove that the fix worked."""
