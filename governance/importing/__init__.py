"""An existing inventory: its file, where its columns go, and the cases it would become."""
