"""Rows and pages as templates need them: plain values, no query hides behind one."""
