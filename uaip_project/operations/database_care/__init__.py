"""Tends the database and says how it is: upkeep, reports, growth, what is wrong with it."""
