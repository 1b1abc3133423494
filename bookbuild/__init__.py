"""How the book is made: from a chapter's source to notebooks and a page. Readers never need it."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
