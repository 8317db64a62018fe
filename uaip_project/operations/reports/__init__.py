"""Reports about the installation: security, days and months, capacity, cost, logs."""
