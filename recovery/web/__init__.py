"""What every page and endpoint shares: shell, components, REST errors, paging, authentication."""
