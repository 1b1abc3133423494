"""What the built site serves besides pages, and what is made of it: archives, PDF, checks."""
