"""Second floor: writing down and freezing."""
