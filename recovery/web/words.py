"""Durations, money, times and names as people read them, in the reader's language and zone."""

from datetime import date, datetime
from decimal import Decimal

from django.utils import formats, timezone
from django.utils.translation import gettext as _

MINUTE, HOUR, DAY = 60, 3600, 86400
# From here on the smaller unit is noise.
WHOLE_HOURS_FROM = 12 * HOUR
WHOLE_DAYS_FROM = 2 * DAY
# How many digits a currency has after the point, where it is not two.
DIGITS = {
    **dict.fromkeys(("CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩"}


def duration(seconds: float) -> str:
    """Say a length of time in at most two units: "58 min", "4 h 02 min", "23 h", "6 d".

    Whole units only, rounded towards zero: nobody is promised a minute that has begun.
    """
    left = int(abs(seconds))
    if left < MINUTE:
        return _("under 1 min")
    if left < HOUR:
        return _("%(count)d min") % {"count": left // MINUTE}
    if left < WHOLE_HOURS_FROM and left % HOUR >= MINUTE:
        return _("%(hours)d h %(minutes)02d min") % {
            "hours": left // HOUR,
            "minutes": left % HOUR // MINUTE,
        }
    if left < WHOLE_DAYS_FROM:
        return _("%(count)d h") % {"count": left // HOUR}
    return _("%(count)d d") % {"count": left // DAY}


def time_left(seconds: float) -> str:
    """Say what is left of a time, or by how much it is over when `seconds` is negative."""
    words = _("%(duration)s over") if seconds < 0 else _("%(duration)s left")
    return words % {"duration": duration(seconds)}


def money(minor: int, currency: str) -> str:
    """Say an amount of minor units with its unit: 12000, "EUR" is "€120.00"; minus in a word."""
    digits = DIGITS.get(currency, 2)
    amount = formats.number_format(
        Decimal(abs(minor)).scaleb(-digits), decimal_pos=digits, force_grouping=True
    )
    sign = SIGNS.get(currency)
    words = f"{sign}{amount}" if sign else f"{currency}\N{NO-BREAK SPACE}{amount}"
    return _("minus %(amount)s") % {"amount": words} if minor < 0 else words


def day(on: date, *, now: datetime) -> str:
    """Say a day, which has no zone: 5 Feb, with the year when it is not this one."""
    return formats.date_format(
        on, "j M" if on.year == timezone.localtime(now).year else "j M Y"
    )


def moment(at: datetime, *, now: datetime, form: str = "short") -> str:
    """Say a point in time in the reader's zone.

    `form` is "time" (13:40), "date" (5 Feb), "full" (5 Feb 2026, 13:40 with the zone) or "short"
    (13:40 on the same day, else 5 Feb, 13:40); the year appears when it is not this one.
    """
    local, today = timezone.localtime(at), timezone.localtime(now)
    time = formats.time_format(local, "H:i")
    if form == "time" or (form == "short" and local.date() == today.date()):
        return time
    if form == "full":
        return f"{formats.date_format(local, 'j M Y')}, {time} {local.tzname()}"
    date_words = day(local, now=now)
    return date_words if form == "date" else f"{date_words}, {time}"


def initials(name: str) -> str:
    """Return the first letters of the first and last word of a name, or a question mark."""
    words = [word for word in name.split() if word[0].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()
