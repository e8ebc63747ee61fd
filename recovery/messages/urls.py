"""The inbox, to be included at /inbox/."""

from django.urls import path

from recovery.messages import views

app_name = "messages"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("read/", views.read_all, name="read_all"),
    path("<int:message_id>/open/", views.open_message, name="open"),
]
