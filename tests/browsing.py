"""A real browser against a real server, for tests marked `browser`."""

import contextlib
import shutil
from collections.abc import Iterator
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, Page, sync_playwright

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
