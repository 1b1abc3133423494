"""The book in other languages: catalogues, checks of translations, pages and notebooks."""
