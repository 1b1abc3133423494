"""Which pages the PDF of a framework has; what becomes of them the browser's tests of it see."""

import pytest

from bookbuild.site.one_document import chosen_pages
from bookbuild.source import ROOT
from d2l_shim.frameworks import FRAMEWORKS


@pytest.mark.parametrize("framework", FRAMEWORKS, ids=lambda framework: framework.name)
def test_of_the_reference_only_ones_own_is_taken(framework):
    pages = chosen_pages(ROOT, framework)
    reference = {page for page in pages if page.startswith("chapters/reference/")}
    own = {f"chapters/reference/{other.module}" for other in FRAMEWORKS} & reference
    assert own == {f"chapters/reference/{framework.module}"}
    assert pages["chapters/resnet/index"] == "Residual networks"
    assert pages["chapters/cifar10/index"] == ""
