"""What hands do at a page, and what eyes read."""

import re

from playwright.sync_api import Page, expect


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def follow(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_role("link", name=name, exact=isinstance(name, str)).first.click()


def follow_in_menu(page: Page, name: str) -> None:
    """What is not the next thing to do stands behind the three dots."""
    press(page, "What else can be done")
    follow(page, name)


def reads(page: Page, words: str) -> None:
    expect(page.get_by_text(words).first).to_be_visible()


def fill(page: Page, **fields: str) -> None:
    """Fill the open form by what its fields are called in it."""
    for name, value in fields.items():
        page.locator(f"#act [name={name}]").fill(value)
