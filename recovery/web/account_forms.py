"""allauth's forms in our words: labels say it all, placeholders would only repeat them."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as second
from allauth.mfa.totp import forms as totp
from django import forms
from django.utils.translation import gettext_lazy as _


class PlainMixin:
    """Takes placeholders out and gives labels and hints of our own."""

    fields: dict[str, forms.Field]
    labels: dict[str, Any] = {}
    hints: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.hints.get(name, field.help_text)


class LoginForm(PlainMixin, account.LoginForm):  # type: ignore[misc]  # allauth ships no types
    labels = {"login": _("E-mail"), "remember": _("Keep me logged in on this device")}
    hints = {"password": ""}


class ChangePasswordForm(PlainMixin, account.ChangePasswordForm):  # type: ignore[misc]
    labels = {
        "oldpassword": _("Password until now"),
        "password1": _("New password"),
        "password2": _("New password, once more"),
    }
    hints = {"oldpassword": ""}


class ResetPasswordForm(PlainMixin, account.ResetPasswordForm):  # type: ignore[misc]
    labels = {"email": _("E-mail")}


class ResetPasswordKeyForm(PlainMixin, account.ResetPasswordKeyForm):  # type: ignore[misc]
    labels = {"password1": _("New password"), "password2": _("New password, once more")}


class ReauthenticateForm(PlainMixin, account.ReauthenticateForm):  # type: ignore[misc]
    labels = {"password": _("Password")}
    hints = {"password": ""}


class SecondStepForm(PlainMixin, second.AuthenticateForm):  # type: ignore[misc]
    labels = {"code": _("Code")}


class SecondStepAgainForm(PlainMixin, second.ReauthenticateForm):  # type: ignore[misc]
    labels = {"code": _("Code")}


class TurnOnForm(PlainMixin, totp.ActivateTOTPForm):  # type: ignore[misc]
    labels = {"code": _("Code from the app")}
