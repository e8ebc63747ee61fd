"""The three ways in: browser, REST, files."""
