"""Template tags of status (状态标签)."""
