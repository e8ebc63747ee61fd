"""Figures as templates need them: sentences, drawings in plain numbers, and their table twins."""
