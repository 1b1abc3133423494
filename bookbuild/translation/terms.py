"""The book's terms in another language, and whether a translation uses them."""

import re
from pathlib import Path
from typing import NamedTuple

import yaml

from bookbuild.translation.messages import MARK

# another name that readers may know stands after these words, up to the next mark
ALSO_CALLED = re.compile("(?:也称|又称|也叫|也译作)[^，。；：）]*")


class Terms(NamedTuple):
    """What `terms.yml` says."""

    allowed: dict[str, list[str]]  # a term's renderings, the standard one first; long terms first
    never: dict[str, str]  # what stands in no translation, and what to write


def read_terms(folder: Path) -> Terms:
    """Return the terms of a language from its folder in `locale/`; it may have no `terms.yml`."""
    path = folder / "terms.yml"
    if not path.exists():
        return Terms({}, {})
    given = yaml.safe_load(path.read_text("utf8"))
    longest = sorted(given["terms"].items(), key=lambda pair: -len(pair[0]))
    allowed = {term: [shown] if isinstance(shown, str) else shown for term, shown in longest}
    return Terms(allowed, given["never"])


def wrong_terms(source: str, translation: str, terms: Terms, excused: set[str]) -> list[str]:
    """Return a sentence for each term, not excused, that a translation renders in another way."""
    left, shown, found = source.replace(MARK, ""), translation.replace(MARK, ""), []
    for term, allowed in terms.allowed.items():
        left, count = re.subn(_pattern(term), "\n", left)
        if count and term not in excused and not any(one in shown for one in allowed):
            found.append(f"the term {term!r} is {' or '.join(allowed)}, which is not there")
    shown = ALSO_CALLED.sub("", shown)
    for wrong, right in terms.never.items():
        if wrong in shown and wrong not in excused:
            found.append(f"{wrong} is written {right} in this book")
    return found


def _pattern(term: str) -> re.Pattern:
    words = re.escape(term).replace(r"\ ", r"[\s-]").replace(r"\-", "[ -]?")
    ending = r"(?:i?es|ies|s)?"
    # a name is found as it is written, other terms also where a sentence begins
    flags = re.IGNORECASE if term.islower() else 0
    return re.compile(rf"(?<![\w-]){words}{ending}(?![\w])", flags)
