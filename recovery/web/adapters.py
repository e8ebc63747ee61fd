"""How allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts are made by an administrator; nobody signs up alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SecondStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """The square a phone reads stands on white, also on dark pages."""

    def build_totp_svg(self, url: str) -> str:
        drawn: str = super().build_totp_svg(url)
        white = '<rect width="100%" height="100%" fill="white"/>'
        return drawn.replace("<path", f"{white}<path", 1)
