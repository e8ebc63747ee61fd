"""Pages and verbs of the process track."""
