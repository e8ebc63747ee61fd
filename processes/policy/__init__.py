"""Rules of the process track as plain functions: tracks, triage, actions, proof."""
