"""The components: leaves with explicit inputs. The gallery page shows each in its states."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache

from django import template
from django.forms import BaseForm, BoundField
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from recovery.org.models import Person
from recovery.org.selectors import grants
from recovery.web import components, words
from recovery.web.navigation import Place, places, theme_of

register = template.Library()


@cache
def _use(css: str, symbol: str) -> SafeString:
    # Icons are by far the most frequent component: built once, then only looked up.
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        css, static("web/sprite.svg"), symbol,
    )  # fmt: skip


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """Draw a silent icon; `extra` adds a class, such as "flip" for what points somewhere."""
    return _use(f"i {extra}".rstrip(), f"i-{name}")


@register.filter
def refs(text: str) -> SafeString:
    """Keep the references in a sentence on one line each, hyphen or not."""
    parts = components.REFERENCE.split(text)
    return format_html_join(
        "",
        "{}{}",
        (
            (before, format_html('<span class="nowrap">{}</span>', found) if found else "")
            for before, found in zip(parts[::2], [*parts[1::2], ""], strict=True)
        ),
    )


@register.simple_tag
def mark(track: str) -> SafeString:
    """Draw a track's shape alone; the row around it must name the track for those who listen."""
    return format_html('<svg class="mark" data-track="{}" aria-hidden="true">'
                       '<use href="{}#t-{}"/></svg>', track, static("web/sprite.svg"), track)  # fmt: skip


@register.simple_tag
def pill(track: str, text: str = "", *, filled: bool = False) -> SafeString:
    """Name a track: its mark and its word (or `text`)."""
    return format_html(
        '<span class="{}" data-track="{}">{}{}</span>',
        "pill filled" if filled else "pill", track, mark(track),
        text or components.TRACK_NAMES[track],
    )  # fmt: skip


@register.inclusion_tag("_components/ring.html")
def ring(
    tracks: Sequence[tuple[str, str]], size: int = 24, *, silent: bool = False
) -> dict[str, object]:
    """Draw the ring of (kind, state) pairs; states are those of components.ARC_WORDS."""
    return {
        "arcs": components.arcs(tracks),
        "size": size,
        "words": "" if silent else components.ring_words(tracks),
    }


@register.inclusion_tag("_components/clock.html")
def clock(reading: components.Reading | None, *, why: bool = False) -> dict[str, object]:
    """Draw a clock: icon, words, detail and the bar. Nothing at all without a reading.

    With `why` it leads on to its explanation; then the reading must be one of clocks.selectors.
    """
    if reading is None:
        return {}
    return {
        "reading": reading,
        "share": components.bar_share(reading.percent),
        "why": why,
        "icon_name": "pause" if reading.paused else components.CLOCK_ICONS[reading.level],
    }


@register.inclusion_tag("_components/strip.html")
def strip(stages: Sequence[tuple[str, str]]) -> dict[str, object]:
    """Draw stages of (label, state); state is done, now or todo. Set data-track around it."""
    return {"stages": stages}


@register.inclusion_tag("_components/limit.html")
def limit(label: str, left: str, percent: float) -> dict[str, object]:
    """Draw how much of a limit is used; `left` says in words what remains."""
    return {"label": label, "left": left, "share": components.bar_share(percent, most=100)}


@register.simple_tag
def severity(grade: int, said: str = "") -> SafeString:
    """Draw four bars, `grade` of them filled; silent unless it is `said`."""
    bars = format_html_join(
        "", '<rect x="{}" y="{}" width="3" height="{}" rx=".6"{}/>',
        (
            (f"{k * 4.2:.1f}", f"{11 - k * 3.4:.1f}", f"{5 + k * 3.4:.1f}",
             mark_safe(' class="on"') if k < grade else "")
            for k in range(components.SEVERITY_GRADES)
        ),
    )  # fmt: skip
    voice = (
        format_html('role="img" aria-label="{}"', said)
        if said
        else mark_safe('aria-hidden="true"')
    )
    return format_html('<svg class="sev" viewBox="0 0 16 16" {}>{}</svg>', voice, bars)


@register.simple_tag
def priority(grade: str) -> SafeString:
    """Show P1 to P4; weight and outline carry it, not colour."""
    return format_html(
        '<span class="prio {}"><span class="sr">{} </span>{}</span>',
        grade.lower(), _("Priority"), grade,
    )  # fmt: skip


@register.simple_tag
def tag(text: str, kind: str = "", icon_name: str = "") -> SafeString:
    """Show a state that can change by itself; kind is ok, warn, bad, info or nothing."""
    return _worded("tag", text, (kind, icon_name))


@register.simple_tag
def state(text: str, kind: str = "", icon_name: str = "") -> SafeString:
    """Show a state in running text; give an icon wherever a kind is given."""
    return _worded("state", text, (kind, icon_name))


def _worded(css: str, text: str, looks: tuple[str, str]) -> SafeString:
    kind, icon_name = looks
    return format_html(
        '<span class="{}"{}>{}{}</span>',
        css, format_html(' data-kind="{}"', kind) if kind else "",
        icon(icon_name) if icon_name else "", text,
    )  # fmt: skip


@register.simple_tag
def avatar(person: components.Named, doing: str = "") -> SafeString:
    """Show a person's initials: silent, or with a ring and `doing` said when they are here."""
    letters = words.initials(person.name)
    if not doing:
        return format_html('<span class="avatar" aria-hidden="true">{}</span>', letters)
    return format_html(
        '<span class="avatar here" role="img" aria-label="{} {}" title="{} {}">{}</span>',
        person.name, doing, person.name, doing, letters,
    )  # fmt: skip


@register.simple_tag
def duration(seconds: float) -> str:
    """Say a length of time: "58 min", "4 h 02 min", "6 d"."""
    return words.duration(seconds)


@register.simple_tag
def money(minor: int, currency: str) -> str:
    """Say an amount of minor units with its unit."""
    return words.money(minor, currency)


@register.simple_tag
def when(at: datetime | date | None, form: str = "short") -> SafeString:
    """Show a point in time in the reader's zone, exact to a machine and on hovering; or a day."""
    if at is None:
        return SafeString("")
    now = timezone.now()
    if not isinstance(at, datetime):
        return format_html(
            '<time datetime="{}">{}</time>', at.isoformat(), words.day(at, now=now)
        )
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        at.isoformat(), words.moment(at, now=now, form="full"),
        words.moment(at, now=now, form=form),
    )  # fmt: skip


@register.inclusion_tag("_components/field.html")
def field(bound: BoundField) -> dict[str, object]:
    """Show a form field whole: label, hint, control, errors, tied together."""
    return {"field": bound}


@register.inclusion_tag("_components/errors.html")
def errors(form: BaseForm, title: str = "") -> dict[str, object]:
    """Sum up a form's errors at its head, each leading to its field. Nothing when there are none."""
    found = [
        (form[name] if name in form.fields else None, list(said))
        for name, said in form.errors.items()
    ]
    return {"found": found, "title": title}


@register.simple_block_tag
def alert(content: str, kind: str, title: str) -> SafeString:
    """Say something that matters now; the content says what to do. kind: ok, info, warn, bad."""
    return format_html(
        '<div class="alert" data-kind="{}">{}<div><strong>{}</strong>{}</div></div>',
        kind, icon(components.ALERT_ICONS[kind]), title, content,
    )  # fmt: skip


@register.simple_block_tag
def emptystate(content: str, icon_name: str, title: str) -> SafeString:
    """Teach what would be here: content holds why it is empty and the one button that fills it."""
    return format_html(
        '<div class="empty">{}<h2>{}</h2>{}</div>', icon(icon_name), title, content
    )


@register.inclusion_tag("_components/progress.html")
def progress(label: str, done: int, of: int, *, hint: str = "") -> dict[str, object]:
    """Show work longer than two seconds, with its numbers."""
    return {"label": label, "done": done, "of": of, "hint": hint}


@register.inclusion_tag("_components/asks.html")
def asks(
    key: str, definition: str, *, rows_url: str = "", rows_label: str = ""
) -> dict[str, object]:
    """Let a figure be questioned: open its rows, read its definition. `key` is unique on the page."""
    return {
        "key": key, "definition": definition, "rows_url": rows_url, "rows_label": rows_label
    }  # fmt: skip


@register.inclusion_tag("_components/draft_status.html")
def draft_status(form_id: str) -> dict[str, object]:
    """Say when the draft of the form with data-draft="form_id" was kept or brought back."""
    return {"form_id": form_id}


@register.simple_tag(takes_context=True)
def nav_places(context: Mapping[str, object]) -> list[Place]:
    """List the places there are for this reader, the present one marked."""
    request = context.get("request")
    if not isinstance(request, HttpRequest) or not isinstance(request.user, Person):
        return []
    return places(request.path, grants(request.user).permissions)


@register.simple_tag(takes_context=True)
def chosen_theme(context: Mapping[str, object]) -> str:
    """Return "light" or "dark" if the reader chose one, else nothing."""
    return theme_of(getattr(context.get("request"), "COOKIES", {}))
