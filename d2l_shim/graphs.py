"""What the frameworks share that make a graph of a network by running it once."""

from typing import Any


class Tables:
    """Dictionaries in which the layers of a network keep what is theirs, as they were.

    A layer that puts something else into them while it computes, as a batch normalization made by
    hand does with its averages, would do so only once in a graph.

    Examples:
        >>> layer = {"mean": 0}
        >>> tables = Tables([layer])
        >>> layer["mean"] = 1
        >>> tables.restore(), layer
        (True, {'mean': 0})
    """

    def __init__(self, tables: list[dict[str, Any]]) -> None:
        """Note what is in the tables; private names and the layers' mode do not count."""
        self._tables = [
            (table, {name: table[name] for name in table if not name.startswith("_")})
            for table in tables
        ]

    def restore(self) -> bool:
        """Put back what was replaced, and return whether anything was."""
        found = False
        for table, before in self._tables:
            replaced = [name for name in before if table.get(name) is not before[name]]
            table.update({name: before[name] for name in replaced})
            found = found or any(name != "training" for name in replaced)
        return found
