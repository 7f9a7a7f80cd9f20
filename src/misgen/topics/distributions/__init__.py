"""Distributions, shift, and the words for what is kept under it."""
