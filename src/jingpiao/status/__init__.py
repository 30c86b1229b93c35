"""status (运行状态): the public health page, measured and never declared."""
