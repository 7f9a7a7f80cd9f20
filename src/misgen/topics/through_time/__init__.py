"""When capability, proxy and goal come in the course of training on CoinRun."""
