"""The site's addresses and that of the floor."""

from uuid import uuid4

from django.urls import path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from recovery.coordination.models import Submission
from recovery.urls import urlpatterns as site
from recovery.web.authentication import ApiKeyAuthentication, requires_scope
from recovery.web.people import person_of


class Ticket(serializers.Serializer[Submission]):
    """What any ticket system would ask for."""

    what_happened = serializers.CharField(max_length=20_000)
    channel = serializers.CharField(max_length=12, default="api")
    received_at = serializers.DateTimeField(required=False)
    severity = serializers.IntegerField(min_value=0, max_value=4, default=1)


class FloorView(APIView):
    """Checks a key, validates four fields, inserts one row, answers its key."""

    authentication_classes = [ApiKeyAuthentication]
    permission_classes = [requires_scope("complaints:write")]

    def post(self, request: Request) -> Response:
        ticket = Ticket(data=request.data)
        ticket.is_valid(raise_exception=True)
        row = Submission.objects.create(
            principal=person_of(request),
            key=uuid4().hex,
            route="floor",
            body_sha256=b"",
            status=201,
            answer=ticket.validated_data["what_happened"],
            at=timezone.now(),
        )
        return Response({"id": row.pk}, status=201)


urlpatterns = [*site, path("floor/", FloorView.as_view())]
