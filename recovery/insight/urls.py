from django.urls import path

from recovery.insight import views

app_name = "insight"

urlpatterns = [
    path("boards/", views.overview, name="overview"),
    path("boards/clocks/", views.clocks, name="clocks"),
]
