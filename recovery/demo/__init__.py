"""An airline to look around in: 18 months simulated through the real verbs and sweeps."""
