"""Addresses under /api/."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from recovery.intake.api import complaints, docs, failures

app_name = "api"
urlpatterns = [
    path("v1/complaints/", complaints.ComplaintsView.as_view(), name="complaints"),
    path("v1/complaints/batch/", complaints.ComplaintBatchView.as_view(), name="batch"),
    path(
        "v1/complaints/<str:reference>/", complaints.ComplaintView.as_view(), name="complaint"
    ),
    path("v1/failures/", failures.FailuresView.as_view(), name="failures"),
    path("v1/failures/<str:reference>/", failures.FailureView.as_view(), name="failure"),
    path(
        "v1/failures/<str:reference>/customers/",
        failures.AffectedView.as_view(),
        name="affected",
    ),
    path("docs/", docs.docs, name="docs"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
]
