"""What is run now and then: speed, seeds, shapes, the weights that ship with the package."""
