from django.urls import path

from cases.views import case

app_name = "cases"

urlpatterns = [
    path("cases/<str:reference>/", case.case, name="case"),
    path("cases/<str:reference>/<slug:verb>/", case.verb, name="verb"),
]
