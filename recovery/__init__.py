"""Recovery: customer, process and employee recovery on one failure."""
