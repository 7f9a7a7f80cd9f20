"""Assignments: one source notebook, graded without trust in what a student hands in."""
