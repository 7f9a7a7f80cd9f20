"""Lies, and the order of training."""
