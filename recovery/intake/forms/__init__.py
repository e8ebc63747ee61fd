"""What comes in, checked and turned into reports."""
