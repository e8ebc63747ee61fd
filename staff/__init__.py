"""Employee recovery: prepare and support people; readers are named."""
