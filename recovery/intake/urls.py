from django.urls import path

from recovery.intake.views import affected, complain, log

app_name = "intake"

urlpatterns = [
    path("complain/", complain.complain, name="complain"),
    path("complain/<str:token>/", complain.kept, name="kept"),
    path("log/", log.log, name="log"),
    path("log/alike/", log.alike, name="alike"),
    path("failures/<str:reference>/affected/add/", affected.add, name="add_affected"),
    path(
        "failures/<str:reference>/affected/lists/<int:list_id>/",
        affected.affected_list,
        name="affected_list",
    ),
    path(
        "failures/<str:reference>/affected/lists/<int:list_id>/start/",
        affected.start,
        name="start_list",
    ),
    path(
        "failures/<str:reference>/affected/lists/<int:list_id>/stop/",
        affected.stop,
        name="stop_list",
    ),
    path(
        "failures/<str:reference>/affected/lists/<int:list_id>/drop/",
        affected.drop,
        name="drop_list",
    ),
]
