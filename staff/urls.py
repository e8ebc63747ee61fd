from django.urls import path

from staff.views import private, readiness

app_name = "staff"

urlpatterns = [
    path("", private.mine, name="mine"),
    path("ask/<str:reference>/", private.ask, name="ask"),
    path("readiness/<str:reference>/", readiness.readiness, name="readiness"),
    path("readiness/<str:reference>/action/", readiness.add_action, name="add_action"),
    path("actions/<int:action_id>/done/", readiness.finish_action, name="finish_action"),
    path("<str:reference>/", private.case, name="case"),
    path("<str:reference>/notes/", private.notes, name="notes"),
    path("<str:reference>/name/", private.name, name="name"),
    path("<str:reference>/offer/", private.offer, name="offer"),
    path("<str:reference>/note/", private.note, name="note"),
    path("<str:reference>/<str:verb>/", private.press, name="press"),
]
