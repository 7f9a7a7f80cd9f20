"""The coin grid: a room in which the coin lies in one corner, until it does not."""
