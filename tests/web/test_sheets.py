"""The look holds together: nothing inline, nothing missing, nothing unbounded."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import get_template

from recovery.web import components
from recovery.web.navigation import RAIL

CSS = Path("recovery/web/static/web/css")
TEMPLATES = Path("templates")
FORBIDDEN = re.compile(
    r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=\"|javascript:|hx-on|hx-vals=.js:"
)


@pytest.fixture
def sources(root) -> dict[Path, str]:
    """Every template of a page; a mail carries its own style, and no policy reads it."""
    found = (root / TEMPLATES).rglob("*.html")
    return {path: path.read_text() for path in found if "mail" not in path.name}


def test_no_template_carries_inline_style_or_script(sources):
    assert {
        path: found[0] for path, text in sources.items() if (found := FORBIDDEN.search(text))
    } == {}


def test_every_static_file_named_in_a_template_exists(sources):
    named = {
        name
        for text in sources.values()
        for name in re.findall(r"{% static '([^']+)' %}", text)
    }
    assert named
    assert {name for name in named if not finders.find(name)} == set()


def test_every_icon_named_is_in_the_sprite(root, sources):
    sprite = (root / "recovery/web/static/web/sprite.svg").read_text()
    there = set(re.findall(r'id="i-([^"]+)"', sprite))
    named = {
        name
        for text in sources.values()
        for name in re.findall(r'{% icon "([a-z0-9-]+)"', text)
    }
    named |= set(components.CLOCK_ICONS.values()) | set(components.ALERT_ICONS.values())
    named |= {entry.icon for entry in RAIL}
    assert named - there == set()


def test_every_share_of_a_bar_has_its_class(root):
    sheet = (root / CSS / "percent.css").read_text()
    for share in range(components.FULL_SCALE + 1):
        assert f".p-{share} {{ --p: {share}%; }}" in sheet


def test_the_sheet_that_fixes_the_order_of_layers_is_loaded_first():
    sheets = get_template("_components/sheets.html").render()
    names = re.findall(r"css/(\w+)\.css", sheets)
    assert names[0] == "tokens"
    assert names[-1] == "print"


def test_every_rule_stands_in_a_layer(root):
    for path in (root / CSS).glob("*.css"):
        outside = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
        tops = re.findall(r"(?m)^([^\s}][^{;]*)[{;]", outside)
        for top in tops:
            assert top.strip().startswith(("@layer", "@property", "@media print")), (
                path.name,
                top,
            )


def test_all_sheets_and_scripts_of_the_shell_stay_small(root):
    """Raw bytes; served compressed they are about a fifth."""
    shell = sum(
        path.stat().st_size for path in (root / CSS).glob("*.css") if "page-" not in path.name
    )
    scripts = sum(
        path.stat().st_size for path in (root / "recovery/web/static/web/js").glob("*.js")
    )
    assert shell < 70_000
    assert scripts < 20_000
