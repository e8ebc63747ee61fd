from django.urls import path

from cases.views import case, links, status

app_name = "cases"

urlpatterns = [
    path("s/<str:token>/", status.status, name="status"),
    path("s/<str:token>/name/", status.name, name="status_name"),
    path("s/<str:token>/<slug:verb>/", status.act, name="status_act"),
    path("cases/<str:reference>/page/new/", links.new_address, name="new_address"),
    path("cases/<str:reference>/page/more/", links.more_time, name="more_time"),
    path("cases/<str:reference>/", case.case, name="case"),
    path("cases/<str:reference>/<slug:verb>/", case.verb, name="verb"),
]
