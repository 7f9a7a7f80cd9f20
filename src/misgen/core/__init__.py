"""What is true of every environment of the book; imports nothing else of the package."""
