"""sync (同步): the sources of invoices, their events, watermarks and faults; files brought in by import."""
