"""What the built site serves beside its pages, and checks of the site; none makes a chapter."""
