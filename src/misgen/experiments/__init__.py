"""What is trained and measured for each chapter, and published in the ledger."""
