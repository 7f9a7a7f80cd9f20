"""Learners, and the agents that come out of them."""
