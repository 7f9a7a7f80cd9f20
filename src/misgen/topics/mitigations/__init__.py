"""What would help: rare levels, levels by regret, asking, and two heads that disagree."""
