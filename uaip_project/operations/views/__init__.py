"""Pages and replies for those who run the installation."""
