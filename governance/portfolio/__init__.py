"""The portfolio as figures, pictures and files; no database, no settings, no clock."""
