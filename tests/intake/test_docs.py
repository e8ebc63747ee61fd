import pytest

from tests.browsing import faults, sideways


def schema_of(client):
    return client.get("/api/schema/?format=json").json()


@pytest.mark.django_db
def test_anybody_may_read_schema_and_docs(client):
    assert client.get("/api/schema/").status_code == 200
    assert client.get("/api/docs/").status_code == 200


@pytest.mark.django_db
def test_every_operation_is_described(client):
    schema = schema_of(client)
    page = client.get("/api/docs/").content.decode()
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"] in page
            assert f"{method.upper()} {path}" in page
    assert set(schema["paths"]) == {
        "/api/v1/complaints/",
        "/api/v1/complaints/batch/",
        "/api/v1/complaints/{reference}/",
        "/api/v1/failures/",
        "/api/v1/failures/{reference}/",
        "/api/v1/failures/{reference}/customers/",
    }


@pytest.mark.django_db
def test_the_schema_says_which_field_is_required(client):
    body = schema_of(client)["paths"]["/api/v1/complaints/"]["post"]["requestBody"]
    sent = body["content"]["application/json"]["schema"]
    assert sent["required"] == ["what_happened"]
    assert sent["properties"]["customer"]["properties"]["email"]["maxLength"] == 254


def test_every_answer_has_the_fields_its_schema_names(api, client):
    schemas = schema_of(client)["paths"]

    def promised(path, method, status):
        answer = schemas[path][method]["responses"][str(status)]
        return answer["content"]["application/json"]["schema"]

    complaint = api.post("/api/v1/complaints/", {"what_happened": "Words."}).json()
    assert_fits(complaint, promised("/api/v1/complaints/", "post", 201))
    page = api.get("/api/v1/failures/").json()
    assert_fits(page, promised("/api/v1/failures/", "get", 200))
    one = api.get(f"/api/v1/complaints/{complaint['customer_case']}/").json()
    assert_fits(one, promised("/api/v1/complaints/{reference}/", "get", 200))


def assert_fits(value, schema):
    if schema.get("type") == "array":
        for each in value:
            assert_fits(each, schema["items"])
    elif "properties" in schema:
        assert set(schema["required"]) <= set(value) <= set(schema["properties"])
        for name, each in value.items():
            assert_fits(each, schema["properties"][name])
    elif "enum" in schema:
        assert value in schema["enum"]


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1440])
def test_the_docs_page_is_clean(page, console_errors, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/api/docs/")
    page.locator("summary").first.click()
    assert faults(page) == []
    assert not sideways(page)
    assert console_errors == []
