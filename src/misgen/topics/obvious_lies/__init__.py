"""Lies that a user can check, and what feedback on these alone teaches; builds on `persuasion`."""
