from cases.models.case import Complaint, Contact, CustomerCase
from cases.models.customer import (
    ContactWay,
    Customer,
    CustomerMerge,
    CustomerMergeEntry,
    RestrictedFacts,
    Revision,
)
from cases.models.remedy import Allowance, Remedy

__all__ = [
    "Allowance",
    "Complaint",
    "Contact",
    "ContactWay",
    "Customer",
    "CustomerCase",
    "CustomerMerge",
    "CustomerMergeEntry",
    "Remedy",
    "RestrictedFacts",
    "Revision",
]
