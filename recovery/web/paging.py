"""Paging of REST lists: by cursor, so that a page stays itself while rows arrive before it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound, ParseError
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

if TYPE_CHECKING:
    # Views read the settings that name this module.
    from rest_framework.views import APIView


class KeyPaging(CursorPagination):
    """Newest first, 50 at a time, up to 200 by ?page_size=. The order is the primary key's.

    Answers {"next", "previous", "results"}; both addresses are null at the ends.
    """

    ordering = ("-pk",)
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def decode_cursor(self, request: Request) -> Cursor | None:
        try:
            return super().decode_cursor(request)
        except NotFound as error:
            raise _foreign_cursor() from error

    def paginate_queryset[ModelT: Model, RowT](
        self,
        queryset: QuerySet[ModelT, RowT] | Sequence[RowT],
        request: Request,
        view: "APIView | None" = None,
    ) -> list[RowT] | None:
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValueError, OverflowError, ValidationError) as error:
            raise _foreign_cursor() from error


def _foreign_cursor() -> ParseError:
    said = _("This cursor is not one of ours. Follow `next` as we gave it, or leave it out.")
    return ParseError(said, code="bad_cursor")
