from django.urls import path

from cases.views import case, customers, finding, links, merging, parties, status, survey

app_name = "cases"

urlpatterns = [
    path("s/<str:token>/", status.status, name="status"),
    path("s/<str:token>/name/", status.name, name="status_name"),
    path("s/<str:token>/<slug:verb>/", status.act, name="status_act"),
    path("q/<str:token>/", survey.survey, name="survey"),
    path("q/<str:token>/rate/", survey.rate, name="survey_rate"),
    path("q/<str:token>/answer/", survey.answer, name="survey_answer"),
    path("cases/<str:reference>/page/new/", links.new_address, name="new_address"),
    path("cases/<str:reference>/page/more/", links.more_time, name="more_time"),
    path("customers/<str:reference>/", customers.customer, name="customer"),
    path("customers/<str:reference>/edit/", customers.edit, name="edit_customer"),
    path("customers/<str:reference>/restricted/", customers.restricted, name="restricted"),
    path("customers/<str:reference>/same/", merging.same, name="merge_customers"),
    path("customers/<str:reference>/part/", merging.part, name="part_customers"),
    path("people/<int:party_id>/end/", parties.end, name="end_party"),
    path("lookup/", finding.lookup, name="lookup"),
    path("cases/<str:reference>/", case.case, name="case"),
    path("cases/<str:reference>/<slug:verb>/", case.verb, name="verb"),
]
