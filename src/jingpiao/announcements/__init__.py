"""announcements (公告): statements in force that suspend or redirect a kind, region or function."""
