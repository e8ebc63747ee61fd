"""Pictures of the main pages of a running demo at 390 and 1440 px.

`make up` in one terminal, then `make screenshots ARGS="--url http://127.0.0.1:8000"` in another.
"""

import argparse
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page
from tqdm import tqdm

from tests.browsing import browsing, chromium_path

SIZES = {"1440": (1440, 900), "390": (390, 844)}
PAGES = {
    "work": "/",
    "failures": "/failures/",
    "log": "/log/",
    "overview": "/boards/",
    "inbox": "/inbox/",
}
# The demo prints its logins at each start; Marta leads a desk and sees a little of everything.
EMAIL, PASSWORD = "marta.nunes@halden.example", "halden-air-demo"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--to", type=Path, default=Path("docs/images"))
    parser.add_argument("--email", default=EMAIL)
    parser.add_argument("--password", default=PASSWORD)
    options = parser.parse_args()
    path = chromium_path()
    if path is None:
        sys.exit("There is no Chromium here: apt-get install chromium.")
    options.to.mkdir(parents=True, exist_ok=True)
    with browsing(path) as browser:
        for size in tqdm(SIZES, desc="Taking pictures", unit="size"):
            take_all(browser, size, options)


def take_all(browser: Browser, size: str, options: argparse.Namespace) -> None:
    width, height = SIZES[size]
    page = browser.new_page(
        base_url=options.url, viewport={"width": width, "height": height}, locale="en-GB"
    )
    page.goto("/accounts/login/")
    take(page, "login", size, options.to)
    page.fill("input[name=login]", options.email)
    page.fill("input[name=password]", options.password)
    page.click("button.btn.primary")
    page.wait_for_url(f"{options.url}/")
    for name, address in PAGES.items():
        page.goto(address)
        take(page, name, size, options.to)
    page.goto("/failures/")
    page.locator("a[href^='/failures/F-']").first.click()
    take(page, "failure", size, options.to)
    page.close()


def take(page: Page, name: str, size: str, folder: Path) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=folder / f"{name}-{size}.png", full_page=True)


if __name__ == "__main__":
    main()
