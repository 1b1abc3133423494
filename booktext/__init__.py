"""The book in other languages: catalogues, what is checked in them, editions made with them."""
