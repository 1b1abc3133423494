"""Whether a Chinese text is set as Chinese is: its punctuation, its spaces, no traces of lines."""

import re

from bookbuild.translation.messages import LATIN, MARK

HAN = r"[\u3400-\u4dbf\u4e00-\u9fff]"
WIDE = "，。：；？！、（）《》“”"
WESTERN = rf"[A-Za-z0-9{LATIN}]"
RULES = (
    (rf"{HAN}\s*([,;:?!]|\.(?!\w))", "half-width punctuation after a Chinese character"),
    (rf"[,.;:?!]\s*{HAN}", "half-width punctuation before a Chinese character"),
    (rf"{HAN}\(|\){HAN}|\([^()]*{HAN}[^()]*\)", "half-width parentheses in a Chinese text"),
    (rf"{HAN}\"|\"{HAN}", "straight quotation marks beside a Chinese character"),
    (rf"{HAN}{WESTERN}", "no space before Latin letters, a number, code or a formula"),
    (rf"{WESTERN}{HAN}|%{HAN}", "no space behind Latin letters, a number, code or a formula"),
    (rf"{HAN}[ \t]+{HAN}", "a space between two Chinese characters"),
    (rf"[ \t][{WIDE}]", "a space before full-width punctuation"),
    (r"[０-９Ａ-Ｚａ-ｚ]", "a full-width letter or digit"),
    (r"\n", "a line break"),
    (r"[ \t]{2,}", "two spaces"),
    (r"^\s|\s$", "a space at the beginning or end"),
)
ENDS = {".": "。", "?": "？", "!": "！", ":": "："}


def wrong_typography(source: str, translation: str) -> list[str]:
    """Return a sentence for each place where a translation breaks a rule of Chinese typography."""
    # a shape stands in half-width marks: (批量, 通道, 高, 宽)
    translation = re.sub(r"\((?:[^()（），。]+, )+[^()（），。]+\)", LATIN, translation)
    found, text = [], translation.replace(MARK, "")
    if not re.search(HAN, text):
        return found
    for pattern, sentence in RULES:
        if match := re.search(pattern, text):
            near = text[max(match.start() - 6, 0) : match.end() + 6].replace(LATIN, "□")
            found.append(f"{sentence}: …{near}…")
    # emphasis that ends in punctuation needs a space behind it, or it is none
    if re.search(rf"[{WIDE}] ", translation):
        found.append("a space behind full-width punctuation")
    if text.count("（") != text.count("）"):
        found.append("a full-width parenthesis without its other half")
    end, other = source.replace(MARK, "")[-1:], text[-1:]
    if end in ENDS and other not in (ENDS[end], "）", "”"):
        found.append(f"it should end in {ENDS[end]} as the source ends in {end}")
    return found
