"""How clipped a translation reads: marks a thousand characters, and the share of short clauses.

`python -m bookbuild.measure.flow [FILE.po ...]` prints a line a chapter: commas, colons and
semicolons per 1,000 characters of Chinese text, the share of clauses of five characters or fewer,
and how often the text says "we". Code, formulas, links and roles are taken out first.
"""

import re
import sys
from pathlib import Path

from babel.messages.pofile import read_po

from bookbuild.source import ROOT

CATALOGUES = ROOT / "locale" / "zh_CN" / "LC_MESSAGES"
BARS = {"commas": 48.0, "colons": 5.0, "semicolons": 2.5, "short": 20.0}
NOT_TEXT = re.compile(
    r"\{[\w:-]+\}`[^`]*`|``[^`]+``|`[^`]+`|\$\$?[^$]+\$\$?|!?\[(?P<words>[^\]]*)\]\([^)]*\)|https?://\S+"
)
CHINESE = re.compile(r"[一-鿿]")


def words(text: str) -> str:
    """Return the text of a message without code, formulas, links and roles."""
    return NOT_TEXT.sub(lambda found: found["words"] or "一", text)


def flow(path: Path) -> dict[str, float]:
    """Return the figures of one catalogue: marks per 1,000 characters, short clauses in percent."""
    with path.open("rb") as file:
        texts = [words(m.string) for m in read_po(file) if m.id and not m.fuzzy]
    # a title or a cell of a table is no sentence
    texts = [text for text in texts if re.search("[。；：！？，]", text)]
    text = "\n".join(texts)
    length = max(1, len(re.sub(r"\s", "", text)))
    clauses = [len(re.sub(r"\W", "", clause)) for clause in re.split("[，。；：！？\n]", text)]
    clauses = [count for count in clauses if count]
    return {
        "characters": length,
        "commas": 1000 * text.count("，") / length,
        "colons": 1000 * text.count("：") / length,
        "semicolons": 1000 * text.count("；") / length,
        "short": 100 * sum(count <= 5 for count in clauses) / max(1, len(clauses)),
        "we": 1000 * text.count("我们") / length,
    }


def main(names: list[str]) -> int:
    """Print the figures; return 1 if a catalogue is above a bar."""
    paths = [Path(name) for name in names] or sorted(CATALOGUES.rglob("*.po"))
    above = False
    for path in paths:
        found = flow(path)
        over = [name for name, bar in BARS.items() if found[name] > bar]
        above = above or bool(over)
        name = path.parent.name if path.stem == "index" else path.stem
        figures = " ".join(f"{name} {value:.1f}" for name, value in found.items())
        print(f"{name:20s} {figures}" + (f"  above: {', '.join(over)}" if over else ""))
    return int(above)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
