from datetime import date

import pytest
from django.template import Context, Template

from recovery.web import components
from recovery.web.components import ClockReading
from recovery.web.gallery import Sample

BAD = '"><script>x</script>'


def drawn(source: str, **context: object) -> str:
    return Template("{% load recovery_ui %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("percent", "level"),
    [(0, 0), (49.9, 0), (50, 50), (75, 75), (99.9, 75), (100, 100), (900, 100)],
)
def test_a_share_of_the_time_has_one_of_four_levels(percent, level):
    assert components.level_of(percent) == level


@pytest.mark.parametrize(("percent", "share"), [(-4, 0), (31.4, 31), (119.6, 120), (4000, 120)])
def test_a_bar_never_leaves_its_scale(percent, share):
    assert components.bar_share(percent) == share


def test_tracks_not_required_leave_a_gap_in_the_fixed_order():
    found = components.arcs([("employee", "done"), ("customer", "active"), ("process", "none")])
    assert [(arc.kind, arc.turn) for arc in found] == [("customer", 12), ("employee", 252)]


def test_only_a_failed_arc_is_crossed_and_only_an_unconfirmed_one_is_double():
    tracks = [("customer", "failed"), ("process", "unconfirmed"), ("employee", "done")]
    failed, unconfirmed, done = components.arcs(tracks)
    assert failed.cross
    assert not unconfirmed.cross
    assert [len(arc.radii) for arc in (failed, unconfirmed, done)] == [1, 2, 1]


def test_the_ring_says_what_it_shows():
    ring = drawn("{% ring tracks %}", tracks=[("customer", "active"), ("process", "waiting")])
    assert (
        "<title>Customer under way, Process not started, Employee not required</title>" in ring
    )
    assert 'role="img"' in ring


def test_a_silent_ring_is_hidden_from_screen_readers():
    ring = drawn("{% ring tracks 76 silent=True %}", tracks=[("customer", "done")])
    assert 'aria-hidden="true"' in ring
    assert "<title>" not in ring


def test_the_geometry_of_the_ring_survives_a_decimal_comma(settings):
    settings.USE_THOUSAND_SEPARATOR = True
    settings.LANGUAGE_CODE = "de"
    ring = drawn("{% ring tracks %}", tracks=[("customer", "unconfirmed")])
    assert 'r="12.4"' in ring


@pytest.mark.parametrize(
    ("level", "icon"),
    [(0, "clock"), (50, "timer"), (75, "triangle-alert"), (100, "octagon-alert")],
)
def test_a_clock_says_its_level_by_icon_as_well(level, icon):
    clock = drawn(
        "{% clock reading %}", reading=ClockReading(level, level, "58 min left", "of 5 h")
    )
    assert f"#i-{icon}" in clock
    assert f'data-level="{level}"' in clock
    assert f"p-{level}" in clock
    assert "58 min left" in clock


def test_a_paused_clock_shows_a_pause():
    reading = ClockReading(100, 140, "Paused, 2 d used", paused=True)
    clock = drawn("{% clock reading %}", reading=reading)
    assert "#i-pause" in clock
    assert "p-120 paused" in clock


def test_no_reading_draws_no_clock():
    assert not drawn("{% clock nothing %}", nothing=None).strip()


def test_the_stage_under_way_is_marked_for_screen_readers():
    strip = drawn("{% strip stages %}", stages=[("A", "done"), ("B", "now"), ("C", "todo")])
    assert strip.count('aria-current="step"') == 1
    assert '<li class="now" aria-current="step"><span>B' in strip


def test_severity_fills_as_many_bars_as_its_grade():
    assert drawn("{% severity 3 %}").count('class="on"') == 3
    assert 'aria-hidden="true"' in drawn("{% severity 3 %}")
    assert 'aria-label="Serious"' in drawn("{% severity 3 'Serious' %}")


@pytest.mark.parametrize(
    "source",
    [
        "{% tag bad bad bad %}", "{% state bad %}", "{% pill 'customer' bad %}", "{% avatar who bad %}",
        "{% limit bad bad 20 %}", "{% severity 2 bad %}", "{% asks 'k' bad rows_label=bad rows_url=bad %}",
        "{% alert 'warn' bad %}{{ bad }}{% endalert %}",
        "{% emptystate 'inbox' bad %}{{ bad }}{% endemptystate %}",
        "{% progress bad 1 2 hint=bad %}", "{% clock reading %}", "{% strip stages %}",
    ],
)  # fmt: skip
def test_what_comes_from_outside_is_escaped(source):
    reading = ClockReading(0, 1, BAD, BAD)
    html = drawn(source, bad=BAD, who=Sample(BAD), reading=reading, stages=[(BAD, "now")])
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_people_here_are_named_with_what_they_do():
    html = drawn("{% avatar who 'is reading' %}", who=Sample("Tomasz Wilk"))
    assert 'aria-label="Tomasz Wilk is reading"' in html
    assert ">TW<" in html


def test_a_day_is_shown_without_an_hour():
    shown = drawn("{% when day %}", day=date(2020, 2, 5))
    assert shown == '<time datetime="2020-02-05">5 Feb 2020</time>'


def test_no_time_shows_nothing():
    assert not drawn("{% when nothing %}", nothing=None)
