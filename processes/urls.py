from django.urls import path

from processes.views import case, lists

app_name = "processes"

urlpatterns = [
    path("processes/", lists.index, name="list"),
    path("processes/pool/<int:mode_id>/review/", lists.review, name="pool_review"),
    path("processes/pool/<int:mode_id>/open/", lists.open_pool, name="pool_open"),
    path("processes/of/<str:reference>/<slug:verb>/", lists.decide, name="failure_verb"),
    path("processes/<str:reference>/", case.case, name="case"),
    path("processes/<str:reference>/<slug:verb>/", case.verb, name="verb"),
]
