"""Five agents that share the budget of one: what asking buys at equal cost."""
