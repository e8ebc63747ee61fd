from django.urls import path

from recovery.console.views import (
    calendars,
    clocks,
    escalation,
    failure,
    ladders,
    lists,
    settings,
    todo,
    verbs,
)

app_name = "console"

urlpatterns = [
    path("", lists.work_list, name="work"),
    path("search/", lists.search, name="search"),
    path("failures/", lists.failure_list, name="failures"),
    path("failures/<str:reference>/", failure.failure, name="failure"),
    path("failures/<str:reference>/edit/", verbs.edit, name="edit"),
    path("failures/<str:reference>/waive/", verbs.waive, name="waive"),
    path("failures/<str:reference>/merge/", verbs.merge, name="merge"),
    path("failures/<str:reference>/unmerge/", verbs.unmerge, name="unmerge"),
    path("failures/<str:reference>/raise/", verbs.raise_priority, name="raise"),
    path("waivers/<int:waiver_id>/decide/", verbs.decide_waiver, name="decide_waiver"),
    path("escalation/<int:item_id>/", escalation.outlook, name="escalation"),
    path("escalation/<int:item_id>/raise/", escalation.raise_level, name="raise_level"),
    path("escalation/<int:item_id>/lower/", escalation.lower_level, name="lower_level"),
    path("settings/", settings.index, name="settings"),
    path("settings/calendars/", calendars.calendar_list, name="calendars"),
    path("settings/calendars/new/", calendars.new_calendar, name="new_calendar"),
    path(
        "settings/calendars/days/<int:exception_id>/remove/",
        calendars.remove_day,
        name="remove_day",
    ),
    path("settings/calendars/<int:calendar_id>/", calendars.calendar, name="calendar"),
    path(
        "settings/calendars/<int:calendar_id>/edit/",
        calendars.edit_calendar,
        name="edit_calendar",
    ),
    path("settings/calendars/<int:calendar_id>/days/", calendars.add_day, name="add_day"),
    path(
        "settings/calendars/<int:calendar_id>/holidays/",
        calendars.choose_holidays,
        name="choose_holidays",
    ),
    path(
        "settings/calendars/<int:calendar_id>/use/",
        calendars.use_calendar,
        name="use_calendar",
    ),
    path(
        "settings/calendars/<int:calendar_id>/retire/",
        calendars.retire_calendar,
        name="retire_calendar",
    ),
    path("settings/ladders/", ladders.ladder_list, name="ladders"),
    path("settings/ladders/<slug:kind>/", ladders.ladder, name="ladder"),
    path("settings/ladders/<slug:kind>/new/", ladders.new_version, name="new_ladder"),
    path("settings/ladders/<slug:kind>/retire/", ladders.retire, name="retire_ladder"),
    path("clocks/<int:clock_id>/", clocks.clock, name="clock"),
    path("clocks/<int:clock_id>/extend/", clocks.extend_clock, name="extend_clock"),
    path("items/<int:item_id>/note/", verbs.add_note, name="note"),
    path("items/<int:item_id>/hand-over/", verbs.hand_over, name="hand_over"),
    path("items/<int:item_id>/take/", verbs.take, name="take"),
    path("items/<int:item_id>/tasks/new/", todo.new, name="new_task"),
    path("tasks/<int:task_id>/", todo.task, name="task"),
    path("tasks/<int:task_id>/done/", todo.do, name="do_task"),
    path("tasks/<int:task_id>/cancel/", todo.cancel, name="cancel_task"),
]
