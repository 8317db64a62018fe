"""Stand-ins for what lies outside the house; each is held to the same contract as the real thing."""
