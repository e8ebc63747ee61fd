"""The REST interface: complaints and failures in, their state out."""
