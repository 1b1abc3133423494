"""What makes today's frameworks load and run: missing ones named, threads, old NumPy names."""
