"""Who gets which answer at every address: one table for each room, beside what reads them."""
