"""Pages of the book that are made from the recorded notebooks, so that no number is typed."""
