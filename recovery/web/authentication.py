"""REST authentication by API key, and what a key's scopes allow."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from recovery.org.models import Person
from recovery.org.selectors import ApiKeyGrant, find_api_key

if TYPE_CHECKING:
    # Views read the settings that name this module.
    from rest_framework.views import APIView

# Longer than any key we ever made; the rest is not worth hashing.
LONGEST_KEY = 200


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer KEY`: request.user is the service person, request.auth the grant."""

    def authenticate(self, request: Request) -> tuple[Person, ApiKeyGrant] | None:
        scheme, _space, key = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        raw = key.strip().decode("ascii", "replace")
        grant = find_api_key(raw) if 0 < len(raw) <= LONGEST_KEY else None
        if grant is None:
            said = _(
                "This key is unknown, ended or expired. Ask an administrator for a new one."
            )
            raise AuthenticationFailed(said, code="bad_key")
        return grant.person, grant

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class HasScope(BasePermission):
    """Only keys that hold `scope`; made by requires_scope."""

    scope = ""

    @property
    def message(self) -> str:
        return _("This key lacks the scope %(scope)s. Use one that has it.") % {
            "scope": self.scope
        }

    code = "scope_missing"

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return isinstance(request.auth, ApiKeyGrant) and self.scope in request.auth.scopes


def requires_scope(scope: str) -> type[HasScope]:
    """Return the permission class for one scope: permission_classes = [requires_scope("a:b")]."""
    return type("RequiresScope", (HasScope,), {"scope": scope, "__doc__": f"Needs {scope}."})
