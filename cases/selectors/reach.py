"""Who of a failure's people has been told, as conditions on their cases."""

from typing import Final

from django.db.models import Q

from cases.states import CaseState

TOLD: Final = Q(acknowledged_at__isnull=False)
NOT_TOLD: Final = Q(item__state__in=[CaseState.DETECTED, CaseState.RECEIVED])
SILENT: Final = Q(item__state=CaseState.DETECTED, complained=False)
NO_ADDRESS: Final = NOT_TOLD & (Q(customer__isnull=True) | Q(customer__email=""))
