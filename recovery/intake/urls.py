from django.urls import path

from recovery.intake import views

app_name = "intake"

urlpatterns = [
    path("log/", views.log, name="log"),
    path("log/alike/", views.alike, name="alike"),
]
