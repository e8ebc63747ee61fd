from django.urls import path

from recovery.intake.views import log

app_name = "intake"

urlpatterns = [
    path("log/", log.log, name="log"),
    path("log/alike/", log.alike, name="alike"),
]
