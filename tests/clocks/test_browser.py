"""The explanation in a real browser: accessible light and dark, on a desk and on a phone."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from recovery.clocks import services
from recovery.clocks.states import ClockKind
from recovery.events.services import pump
from recovery.failures.services import raise_priority
from recovery.org.roles import Role
from tests.browsing import faults_everywhere, sideways, sign_in
from tests.factories import make_calendar, make_department, make_failure, make_item, make_person

pytestmark = [pytest.mark.browser, pytest.mark.slow]
DAY = timedelta(days=1)


def test_a_clock_with_a_history_is_explained_and_extended(page, live_url, console_errors):
    now = timezone.now()
    desk = make_department(calendar=make_calendar("Ground, Lisbon", zone="Europe/Lisbon"))
    lead = make_person(Role.LEAD, desk, name="Lea Torres")
    item = make_item(make_failure(department=desk, priority=4, at=now - 9 * DAY))
    by = {"item_id": item.pk, "kinds": [ClockKind.RESOLVE], "actor_id": lead.pk}
    clock = services.start(
        item_id=item.pk, kind=ClockKind.RESOLVE, at=now - 9 * DAY, actor_id=lead.pk
    )
    with transaction.atomic():
        services.pause(**by, at=now - 8 * DAY, reason="customer")
        services.resume(**by, at=now - 4 * DAY)
    raise_priority(
        failure_id=item.failure_id, priority=3, reason="Second call", actor=lead,
        now=now - 3 * DAY,
    )  # fmt: skip
    pump(now - 3 * DAY)
    sign_in(page, lead, live_url)
    page.goto(f"/clocks/{clock.pk}/")
    page.get_by_text("Give it more time").first.click()
    page.get_by_label("Hours more").fill("60")
    page.get_by_label("Why").fill("The ferry strikes until Friday")
    page.get_by_role("button", name="Give it more time").click()
    page.get_by_text("By Lea Torres: The ferry strikes until Friday.").wait_for()
    for summary in page.locator("summary").all():
        summary.click()
    for width in (320, 390, 768, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert not sideways(page), width
    assert faults_everywhere(page) == []
    assert console_errors == []
