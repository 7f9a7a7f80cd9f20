"""Experiments for the tests of the sweeps; put the folder tests/ on the path to import them."""
