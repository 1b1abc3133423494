"""The index of helpers knows every saved cell, and counts the headings above it."""

import re

from bookbuild.pages.helpers import cells, places
from bookbuild.source import ROOT, chapters
from d2l_shim.frameworks import FRAMEWORKS
from d2l_shim.names import public_names

PAGE = """(sec-a)=
# A

> ## quoted

```{code-cell} ipython3
:tags: [paddle]
one = 1
```

## B

### C

```{code-cell} ipython3
two = 2  # ## no heading
```
"""


def test_cells_come_with_the_section_they_stand_in():
    assert list(cells(PAGE)) == [(0, "one = 1"), (2, "two = 2  # ## no heading")]


def test_every_saved_definition_is_in_the_index_with_its_chapter():
    saved = {}
    for path in chapters():
        for cell in re.findall(r"```\{code-cell\}.*?^```", path.read_text("utf8"), re.S | re.M):
            if "#@save" in cell:
                for name in re.findall(r"^(?:def|class) (\w+)", cell, re.M):
                    saved.setdefault(name, path.relative_to(ROOT).with_suffix("").as_posix())
    found = {name: place.page for name, place in places().items() if place.saved}
    assert found == saved and len(saved) > 20


def test_what_no_chapter_defines_is_at_its_first_use():
    found = places()
    assert found["train_ch6"][:2] == ("chapters/lenet/index", 6) and not found["train_ch6"].saved
    assert found["show_images"].page == "chapters/conv-layer/index"
    assert found["corr2d"].saved, "it is used as well, in later chapters"


def test_the_index_holds_nothing_that_readers_cannot_import():
    public = [public_names(framework.module) for framework in FRAMEWORKS]
    assert all(any(name in names for names in public) for name in places())
