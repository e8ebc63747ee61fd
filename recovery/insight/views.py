"""Boards."""

import csv
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cases.selectors.giving import owed_by_month
from recovery.insight.policy import Period
from recovery.insight.presenters.clocks import clocks_board
from recovery.insight.presenters.money import hidden_words, money_board, owed_table
from recovery.insight.presenters.overview import overview as overview_of
from recovery.org.roles import Permission
from recovery.org.selectors import departments, organisation
from recovery.org.services import require
from recovery.web.pages import page
from recovery.web.people import person_of

PERIODS = (30, 90, 365)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks a board for; what makes no sense is answered with the usual."""

    period: Period
    days: int
    department_id: int | None
    today: date

    @classmethod
    def of(cls, request: HttpRequest, now: datetime) -> "Asked":
        today = timezone.localdate(now, ZoneInfo(organisation().zone))
        given = request.GET.get("days", "")
        days = int(given) if given in {str(each) for each in PERIODS} else 90
        department = request.GET.get("department", "")
        chosen = int(department) if department.isdecimal() and len(department) < 18 else None
        period = Period(today - timedelta(days=days - 1), today + timedelta(days=1))
        return cls(period, days, chosen if chosen in departments() else None, today)

    def context(self, board: object, now: datetime) -> dict[str, object]:
        """What every board shows beside its figures."""
        return {
            "board": board,
            "period": self.period,
            "periods": PERIODS,
            "days": self.days,
            "departments": departments().values(),
            "chosen": self.department_id,
            "now": now,
        }


@require_safe
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """Do we recover the whole failure?"""
    require(person_of(request), Permission.BOARD_READ)
    now = timezone.now()
    asked = Asked.of(request, now)
    board = overview_of(asked.period, asked.department_id, today=asked.today, now=now)
    return page(request, "insight/overview.html", asked.context(board, now))


@require_safe
@login_required
def clocks(request: HttpRequest) -> HttpResponse:
    """Which times are kept?"""
    require(person_of(request), Permission.BOARD_READ)
    now = timezone.now()
    asked = Asked.of(request, now)
    board = clocks_board(asked.period, asked.department_id)
    return page(request, "insight/clocks.html", asked.context(board, now))


@require_safe
@login_required
def money(request: HttpRequest) -> HttpResponse:
    """What is budgeted and owed, and did like failures get like remedies?"""
    viewer, now = person_of(request), timezone.now()
    require(viewer, Permission.BOARD_READ)
    asked = Asked.of(request, now)
    board = money_board(
        asked.period,
        asked.department_id,
        likes=request.GET.get("likes", ""),
        viewer=viewer,
        today=asked.today,
    )
    context = asked.context(board, now) | {"hidden": hidden_words(board.hidden)}
    return page(request, "insight/money.html", context)


@require_safe
@login_required
def owed(request: HttpRequest) -> HttpResponse:
    """The file for accounts: what the law owes and is not yet paid, by month and department."""
    require(person_of(request), Permission.BOARD_READ)
    now = timezone.now()
    asked = Asked.of(request, now)
    card = departments().get(asked.department_id) if asked.department_id else None
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"owed-{asked.today:%Y-%m-%d}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    csv.writer(answer).writerows(owed_table(owed_by_month(card.below if card else None)))
    return answer
