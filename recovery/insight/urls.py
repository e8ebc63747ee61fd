from django.urls import path

from recovery.insight import views

app_name = "insight"

urlpatterns = [
    path("boards/", views.overview, name="overview"),
    path("boards/clocks/", views.clocks, name="clocks"),
    path("boards/money/", views.money, name="money"),
    path("boards/money/owed.csv", views.owed, name="owed"),
]
