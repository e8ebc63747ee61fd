from cases.models.case import Complaint, Contact, CustomerCase, Revision
from cases.models.customer import Customer
from cases.models.remedy import Allowance, Remedy

__all__ = [
    "Allowance",
    "Complaint",
    "Contact",
    "Customer",
    "CustomerCase",
    "Remedy",
    "Revision",
]
