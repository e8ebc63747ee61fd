"""Ladders, rungs and firings: who hears what, when time passes."""
