"""Capability robust or not, goal robust or not; builds on `coinrun`."""
