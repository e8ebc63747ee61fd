"""The airline of the demo on its first day, its people one after another in a real browser."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from recovery.coordination.services import keep_house, recompute_clocks
from recovery.demo.world import World, build
from recovery.escalation.services import sweep
from recovery.events.services import pump, run_daily
from recovery.org.models import Person
from tests.browsing import sign_in

# Where to leave pictures of the way; none are taken without it.
PICTURES = os.environ.get("RECOVERY_PICTURES", "")
SIZES = {"desk": (1440, 900), "phone": (390, 844)}


@dataclass
class Airline:
    """Who sits at the browser, and what time it is there."""

    page: Page
    world: World
    url: str
    clock: Callable[[], datetime]
    ahead: timedelta = timedelta(0)
    taken: list[str] = field(default_factory=list)

    def now(self) -> datetime:
        return self.clock() + self.ahead

    def sits_down(self, name: str, path: str = "/") -> Page:
        """Another person comes to the browser and opens a page."""
        sign_in(self.page, Person.objects.get(pk=self.world.people[name].pk), self.url)
        self.page.goto(path)
        return self.page

    def works(self) -> None:
        """What worker and beat do, as often as needed."""
        pump(self.now())
        recompute_clocks(now=self.now())
        sweep(self.now())
        keep_house(now=self.now())
        run_daily(self.now())
        pump(self.now())

    def waits(self, days: float) -> None:
        """Let time pass; the system works meanwhile."""
        self.ahead += timedelta(days=days)
        self.works()

    def picture(self, name: str) -> None:
        """Keep how the page looks at both sizes."""
        if PICTURES:
            self.taken.append(name)
            for size, (width, height) in SIZES.items():
                self.page.set_viewport_size({"width": width, "height": height})
                to = Path(PICTURES) / f"{len(self.taken):02d}-{name}-{size}.png"
                self.page.screenshot(path=to, full_page=True)

    def waits_until(self, at: datetime) -> None:
        """Let time pass until then."""
        self.ahead = at - self.clock()
        self.works()


def open_airline(page: Page, live_url: str, monkeypatch, *, opened: datetime) -> Airline:
    found = Airline(page, build(now=opened), live_url, timezone.now)
    monkeypatch.setattr(timezone, "now", found.now)  # Django's clock, for every page and verb
    return found


@pytest.fixture
def airline(page: Page, live_url: str, monkeypatch) -> Airline:
    opened = timezone.now() - timedelta(days=200)
    return open_airline(page, live_url, monkeypatch, opened=opened)
