"""How fast the frameworks train: `python -m d2l_shim.bench`; nothing is imported here."""
