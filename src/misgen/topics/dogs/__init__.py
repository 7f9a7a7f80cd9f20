"""The dog that obeys a voice, or reads lips."""
