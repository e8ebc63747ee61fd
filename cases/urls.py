from django.urls import path

from cases import views

app_name = "cases"

urlpatterns = [
    path("cases/<str:reference>/", views.case, name="case"),
    path("cases/<str:reference>/<slug:verb>/", views.verb, name="verb"),
]
