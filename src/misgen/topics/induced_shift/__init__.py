"""Shift that an algorithm brings about itself."""
