"""Pages that span the tracks."""
