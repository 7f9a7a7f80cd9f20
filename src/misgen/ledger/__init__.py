"""What is trained once and published: sweeps, runs, hashes of code, and the published tables."""
