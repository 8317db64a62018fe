"""The injection screen: finds passages that address the scorer or tell it what to do."""
