"""jobs (后台任务): work that the clock starts, each piece by one worker at a time, whoever else was started by mistake."""
