import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from recovery.org.selectors import system_person
from recovery.org.services import SCOPES, create_api_key
from tests.coordination.reporting import make_desk


@pytest.fixture
def desk(db):
    return make_desk()


@pytest.fixture
def key_with():
    """Makes a client whose key has the scopes given."""

    def make(*scopes):
        raw = create_api_key(
            name="website", scopes=scopes, actor=system_person(), now=timezone.now()
        )
        client = APIClient(raise_request_exception=True)
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {raw}")
        return client

    return make


@pytest.fixture
def api(desk, key_with):
    """A client that may do everything a key can."""
    return key_with(*SCOPES)
