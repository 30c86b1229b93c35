"""outbound (出网): the only way out: time-outs, sizes, no private addresses."""
