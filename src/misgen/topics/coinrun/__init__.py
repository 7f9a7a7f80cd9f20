"""CoinRun: a platformer whose coin lies at the end of every training level."""
