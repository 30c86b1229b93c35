"""bureau (外部世界): sellers who issue and regional feeds that deliver late, break, stall and repeat; seeded."""
