"""What the system page shows, gathered once for page, API and command; nothing of any project."""
