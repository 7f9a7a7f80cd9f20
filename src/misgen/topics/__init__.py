"""One folder a topic; its files have the same names in each, see CONTRIBUTING.md."""
