"""The coin line: the smallest world in which right and coin come apart."""
