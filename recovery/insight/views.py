"""Boards."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from recovery.insight.policy import Period
from recovery.insight.presenters.overview import overview as overview_of
from recovery.org.roles import Permission
from recovery.org.selectors import departments, organisation
from recovery.org.services import require
from recovery.web.pages import page
from recovery.web.people import person_of

PERIODS = (30, 90, 365)


@require_safe
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    require(person_of(request), Permission.BOARD_READ)
    now = timezone.now()
    today = timezone.localdate(now, ZoneInfo(organisation().zone))
    asked = request.GET.get("days", "")
    days = int(asked) if asked in {str(each) for each in PERIODS} else 90
    department = request.GET.get("department", "")
    chosen = int(department) if department.isdecimal() and len(department) < 18 else None
    if chosen not in departments():
        chosen = None
    period = Period(today - timedelta(days=days - 1), today + timedelta(days=1))
    context = {
        "board": overview_of(period, chosen, today=today, now=now),
        "period": period,
        "periods": PERIODS,
        "days": days,
        "departments": departments().values(),
        "chosen": chosen,
        "now": now,
    }
    return page(request, "insight/overview.html", context)
