"""What goes out: records as answers, and the documentation."""
