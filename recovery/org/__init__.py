"""People, departments, roles, API keys, authority limits, calendars, the organisation."""
