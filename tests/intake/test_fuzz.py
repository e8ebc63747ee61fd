"""The API against its own schema: what fits it and what does not, and never a 500."""

import json
from urllib.parse import urlencode

import pytest
import schemathesis
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core import NotSet
from schemathesis.generation import GenerationMode

PROMISED = {200, 201, 400, 401, 403, 404, 405, 413, 415, 422}

bounded = settings(
    max_examples=30,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def operations():
    schema = SchemaGenerator().get_schema(request=None, public=True)
    found = schemathesis.openapi.from_dict(schema).get_all_operations()
    return {each.ok().label: each.ok() for each in found}


OPERATIONS = operations()


def send(api, case):
    """What the case says, over our own client; a header that HTTP cannot carry is left out."""
    if isinstance(case.body, NotSet):
        case.body = b""
    headers = {
        name: value
        for name, value in (case.headers or {}).items()
        if name != "Authorization" and str(value).isascii() and str(value).isprintable()
    }
    body = case.body if isinstance(case.body, bytes) else json.dumps(case.body).encode()
    path = f"{case.formatted_path}?{urlencode(case.query or {}, doseq=True)}"
    return api.generic(case.method, path, body, "application/json", headers=headers)


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_no_operation_answers_500(api, label, mode):
    @bounded
    @given(OPERATIONS[label].as_strategy(generation_mode=mode))
    def check(case):
        answer = send(api, case)
        assert answer.status_code in PROMISED, answer.content
        if answer.status_code >= 400:
            assert answer.json()["message"]

    check()
