"""First floor: asking well."""
