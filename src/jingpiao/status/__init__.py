"""status (运行状态): the public health of feeds, measured and never declared; announcements in force."""
