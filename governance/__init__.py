"""Top floor: deciding and answering for it."""
