"""upkeep (运维): what operators run to know that all is right: rebuild and compare, backtest, doctor."""
