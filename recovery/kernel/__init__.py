"""Pure rules with no tables: lifecycles, business hours, refusals, references, statistics."""
