"""What makes today's frameworks load and run, and old programs run on them."""
