from cases.models.affected import AffectedList, AffectedRow
from cases.models.allowance import Allowance
from cases.models.budget import Budget, BudgetAccount
from cases.models.case import Complaint, Contact, CustomerCase
from cases.models.catalogue import Offering, OfferingVersion
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
from cases.models.party import Party
from cases.models.remedy import Remedy, Reversal
from cases.models.survey import Guess, Survey

__all__ = [
    "AffectedList",
    "AffectedRow",
    "Allowance",
    "Budget",
    "BudgetAccount",
    "Complaint",
    "Contact",
    "ContactWay",
    "Customer",
    "CustomerCase",
    "CustomerMerge",
    "CustomerMergeEntry",
    "Guess",
    "Offering",
    "OfferingVersion",
    "Outreach",
    "OutreachCase",
    "Party",
    "Remedy",
    "RestrictedFacts",
    "Reversal",
    "Revision",
    "StatusLink",
    "Survey",
]
