"""The inbox, how somebody wants to be told, and the log of deliveries, webhooks."""

from django.urls import path

from recovery.messages.views import deliveries, inbox, preferences, webhooks

app_name = "messages"
urlpatterns = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.read_all, name="read_all"),
    path("inbox/preferences/", preferences.preferences, name="preferences"),
    path("inbox/<int:message_id>/open/", inbox.open_message, name="open"),
    path("inbox/<int:message_id>/mute/", inbox.mute, name="mute"),
    path("inbox/mutes/", inbox.mute_record, name="mute_record"),
    path("inbox/mutes/<int:mute_id>/end/", inbox.unmute, name="unmute"),
    path("settings/webhooks/", webhooks.webhooks, name="webhooks"),
    path("settings/webhooks/new/", webhooks.new_webhook, name="new_webhook"),
    path("settings/webhooks/<int:endpoint_id>/", webhooks.webhook, name="webhook"),
    path("settings/webhooks/<int:endpoint_id>/try/", webhooks.send_trial, name="try_webhook"),
    path("settings/webhooks/<int:endpoint_id>/pause/", webhooks.pause, name="pause_webhook"),
    path("settings/webhooks/<int:endpoint_id>/resume/", webhooks.resume, name="resume_webhook"),
    path("settings/deliveries/", deliveries.deliveries, name="deliveries"),
    path("settings/deliveries/again/", deliveries.send_all_again, name="send_all_again"),
    path(
        "settings/deliveries/<int:message_id>/again/", deliveries.send_again, name="send_again"
    ),
]
