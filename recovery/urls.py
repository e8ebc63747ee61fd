"""Every address, by app."""

from django.urls import include, path

from recovery.web import health, views

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    # Stands before the library's own, by which anybody could change the address they log in with.
    path("accounts/email/", views.my_login, name="account_email"),
    path("accounts/", include("allauth.urls")),
    path("api/", include("recovery.intake.api.urls")),
    path("", include("recovery.web.urls")),
    path("", include("recovery.console.urls")),
    path("", include("recovery.intake.urls")),
    path("", include("recovery.insight.urls")),
    path("", include("cases.urls")),
    path("", include("processes.urls")),
    path("support/", include("staff.urls")),
    path("", include("recovery.messages.urls")),
]

handler400 = "recovery.web.views.bad_request"
handler403 = "recovery.web.views.permission_denied"
handler404 = "recovery.web.views.not_found"
handler500 = "recovery.web.views.server_error"
