"""Every template compiles and keeps to the strict content policy."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = [ROOT / "templates", *sorted(ROOT.glob("*/templates")), *ROOT.glob("*/*/templates")]
TEMPLATES = {
    str(path.relative_to(folder)): path for folder in FOLDERS for path in folder.rglob("*.*")
}
PAGES = [name for name in TEMPLATES if name.endswith((".html", ".svg"))]
# Mail is read without our style sheets, so only there style may stand in the text.
SHOWN = [name for name in PAGES if "mail" not in name]
FORBIDDEN = {
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "inline script": re.compile(
        r"<script(?![^>]*\b(src|type=\"application/json\"))", re.IGNORECASE
    ),
    "event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "address of another site": re.compile(r"(src|href)=[\"']https?://(?!www\.w3\.org)"),
}


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_compiles(name):
    get_template(name)


@pytest.mark.parametrize("name", sorted(SHOWN))
def test_has_nothing_the_content_policy_blocks(name):
    text = TEMPLATES[name].read_text()

    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(text)] == []
