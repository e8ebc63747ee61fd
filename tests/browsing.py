"""A real browser against a real server, for tests marked `browser`."""

import contextlib
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, Page, sync_playwright

if TYPE_CHECKING:
    from recovery.org.models import Person

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium_path() -> str | None:
    """Where the machine keeps its Chromium, if it has one."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@contextlib.contextmanager
def serving() -> Iterator[str]:
    """The site on a free loopback port, in threads of this process; yields its address."""
    thread = LiveServerThread("127.0.0.1", AsItIs, connections_override={})
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    try:
        yield f"http://127.0.0.1:{thread.port}"
    finally:
        thread.terminate()


class AsItIs(WSGIHandler):
    """Wraps nothing around the site: its middleware serves static files, as in production."""

    def __init__(self, handler: WSGIHandler) -> None:
        self.handler = handler

    def __call__(self, environ: Any, start_response: Any) -> Any:
        return self.handler(environ, start_response)


@contextlib.contextmanager
def browsing(path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


class Complaints(list[str]):
    """What the browser's console and its CSP held against a page."""

    def listen(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.append(str(error)))
        page.on(
            "console",
            lambda message: self.append(message.text) if message.type == "error" else None,
        )


def sign_in(page: Page, person: "Person", url: str) -> Page:
    """Let `page` belong to a signed-in person, without the way over the login page."""
    client = Client()
    client.force_login(person)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.clear_cookies()
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url}]
    )
    return page


# axe reads a page as it stands; a second look at the same page needs no second loading of it.
LOOK = """async ([part, rules]) => {
    const options = {resultTypes: ["violations"], ...(rules.length && {runOnly: rules})};
    const found = await axe.run(part || document, options);
    return found.violations.flatMap(
        (each) => each.nodes.map((node) => `${each.id}: ${node.html.slice(0, 120)}`)
    );
}"""
# All that can differ where only the colours do.
COLOURS = ("color-contrast", "link-in-text-block")


def faults(page: Page, part: str = "", rules: Sequence[str] = ()) -> list[str]:
    """What axe holds against the page, or against the part of it that a selector names."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(LOOK, [part, list(rules)])
    return found


def sideways(page: Page) -> int:
    """How many pixels stick out to the side."""
    over: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return over


@dataclass(frozen=True)
class Look:
    """One way of looking at a page; without motion, or axe measures half-way colours."""

    width: int
    height: int
    scheme: Literal["light", "dark"]

    def at(self, page: Page) -> None:
        page.set_viewport_size({"width": self.width, "height": self.height})
        page.emulate_media(color_scheme=self.scheme, reduced_motion="reduce")


# What tells most for its time: every rule where there is least room, then what only colours and
# width change. The parts all pages are made of are seen in every look in the gallery.
LOOKS = (Look(390, 844, "light"), Look(1440, 900, "dark"))


def faults_everywhere(page: Page, part: str = "") -> list[str]:
    """Everything wrong at phone and desk size, light and dark; of a part, at phone size."""
    found = []
    for look in LOOKS[:1] if part else LOOKS:
        look.at(page)
        said = faults(page, part, COLOURS if look.scheme == "dark" else ())
        if over := sideways(page):
            said.append(f"sticks out by {over} px")
        found += [f"{look.width} {look.scheme}: {each}" for each in said]
    return found
