"""Every import contract is known to hold its wall: one planted violation each, seen caught."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("recovery", "cases", "processes", "staff")
CONTRACTS = {
    contract["id"]: contract["name"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"][
        "importlinter"
    ]["contracts"]
}
# contract: (module to plant into, what it imports)
PLANTED = {
    "layers": ("recovery.kernel.references", "cases.apps"),
    "places": ("recovery.stray", "os"),
    "grammar": ("cases.helpers", "os"),
    "plain-rules": ("recovery.kernel.hours", "django.conf"),
    "interfaces": ("recovery.intake.views", "recovery.intake.models"),
    "private-tables": ("recovery.console.presenters", "cases.models"),
    "staff-tables": ("recovery.insight.metrics", "staff.models"),
    "no-cycles": ("recovery.local.keys", "recovery.settings"),
}

# import-linter names the children of a cycle from their parent on.
SPELLED = {"no-cycles": ".local -> .settings"}


def plant(root: Path, module: str, imported: str) -> None:
    """Add the import to the module, which is made if the project has none of that name."""
    path = root / module.replace(".", "/")
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    file.touch()
    file.write_text(f"{file.read_text()}\nimport {imported}  # noqa\n")


@pytest.fixture(scope="module")
def verdict(tmp_path_factory) -> str:
    """What import-linter says of a copy of the project with all violations in it."""
    copy = tmp_path_factory.mktemp("planted")
    for package in PACKAGES:
        ignored = shutil.ignore_patterns("static", "__pycache__", "locale")
        shutil.copytree(ROOT / package, copy / package, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", copy)
    for module, imported in PLANTED.values():
        plant(copy, module, imported)
    (copy / "recovery/intake/models.py").touch()
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(  # noqa: S603
        [program, "--no-cache"], cwd=copy, capture_output=True, text=True, check=False
    )
    return done.stdout


def test_every_contract_has_its_violation():
    assert set(PLANTED) == set(CONTRACTS)


@pytest.mark.slow
@pytest.mark.parametrize("contract", PLANTED)
def test_catches_the_planted_violation_of(contract, verdict):
    name = re.escape(CONTRACTS[contract])
    module, _ = PLANTED[contract]

    assert re.search(rf"{name}\s+BROKEN", verdict)
    told = re.split(r"\n\n(?=\S.*\n-{5,}\n)", verdict.partition("Broken contracts")[2])
    mine = next(part for part in told if part.strip().startswith(CONTRACTS[contract]))
    assert SPELLED.get(contract, module) in mine


def test_the_project_itself_keeps_every_contract():
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(  # noqa: S603
        [program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout.partition("Contracts:")[2]
