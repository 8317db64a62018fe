"""The pages of the top floor, a module per subject."""
