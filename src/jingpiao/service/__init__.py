"""service (服务): the web service and its background work as one group of processes; the demonstration."""
