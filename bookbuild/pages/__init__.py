"""Pages made from recordings and code: tabs, tables of the reference, comparison, shapes, speed."""
