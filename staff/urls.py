from django.urls import path

from staff import views

app_name = "staff"

urlpatterns = [
    path("", views.mine, name="mine"),
    path("ask/<str:reference>/", views.ask, name="ask"),
    path("readiness/<str:reference>/", views.readiness, name="readiness"),
    path("readiness/<str:reference>/action/", views.add_action, name="add_action"),
    path("actions/<int:action_id>/done/", views.finish_action, name="finish_action"),
    path("<str:reference>/", views.case, name="case"),
    path("<str:reference>/notes/", views.notes, name="notes"),
    path("<str:reference>/name/", views.name, name="name"),
    path("<str:reference>/offer/", views.offer, name="offer"),
    path("<str:reference>/note/", views.note, name="note"),
    path("<str:reference>/<str:verb>/", views.press, name="press"),
]
