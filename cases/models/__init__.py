from cases.models.affected import AffectedList, AffectedRow
from cases.models.case import Complaint, Contact, CustomerCase
from cases.models.customer import (
    ContactWay,
    Customer,
    CustomerMerge,
    CustomerMergeEntry,
    RestrictedFacts,
    Revision,
)
from cases.models.link import StatusLink
from cases.models.outreach import Outreach, OutreachCase
from cases.models.remedy import Allowance, Remedy

__all__ = [
    "AffectedList",
    "AffectedRow",
    "Allowance",
    "Complaint",
    "Contact",
    "ContactWay",
    "Customer",
    "CustomerCase",
    "CustomerMerge",
    "CustomerMergeEntry",
    "Outreach",
    "OutreachCase",
    "Remedy",
    "RestrictedFacts",
    "Revision",
    "StatusLink",
]
