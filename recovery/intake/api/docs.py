"""The documentation as a page; anybody may read it, as anybody may read the schema."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

from recovery.intake.presenters.docs import chapters
from recovery.org.services import SCOPES
from recovery.web.pages import page


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Every operation with its fields and an example to copy."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    schema = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    root = request.build_absolute_uri("/").rstrip("/")
    return page(
        request,
        "intake/api_docs.html",
        {
            "chapters": chapters(schema, root=root),
            "scopes": list(SCOPES.items()),
            "schema_url": reverse("api:schema"),
        },
    )
