"""The inbox, how somebody wants to be told, and the log of deliveries."""

from django.urls import path

from recovery.messages.views import deliveries, inbox, preferences

app_name = "messages"
urlpatterns = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.read_all, name="read_all"),
    path("inbox/preferences/", preferences.preferences, name="preferences"),
    path("inbox/<int:message_id>/open/", inbox.open_message, name="open"),
    path("inbox/<int:message_id>/mute/", inbox.mute, name="mute"),
    path("inbox/mutes/<int:mute_id>/end/", inbox.unmute, name="unmute"),
    path("settings/deliveries/", deliveries.deliveries, name="deliveries"),
    path("settings/deliveries/again/", deliveries.send_all_again, name="send_all_again"),
    path(
        "settings/deliveries/<int:message_id>/again/", deliveries.send_again, name="send_again"
    ),
]
