"""What makes today's frameworks load and run, and old programs run on them.

Functions of the old packages have their arguments, which were without types there, too.
"""
