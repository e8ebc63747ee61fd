"""Kinds of files known by name.

CFPB: the consumer complaints the US Consumer Financial Protection Bureau publishes, in all the
shapes they come in. What is taken from them, and what is not claimed:

* State. A company's own word that it gave relief is `remedied_unconfirmed`: nobody asked the
  customer. An explanation, a closure without relief or an answer that came too late is
  `final_response`, which counts as not recovered. "In progress", an unknown word or no such
  column leave the case open. Where the customer disputed the answer, it is `final_response`
  whatever the company said; "No" and blank change nothing.
* Times. The file has days, taken as noon in the zone of the organisation. It does not say when
  a case ended: the day it was sent to the company stands for that.
* Product and issue become category and mode, the company the service reference; every other
  column is kept in words with the account. Nobody's name is known, so no customer is made.
"""

from types import MappingProxyType

from cases.states import CaseState
from recovery.failures.states import Channel
from recovery.intake.forms.mapping import FileMap

CFPB = FileMap(
    name="cfpb",
    source="cfpb",
    date_order="mdy",
    columns={
        "external_id": ("Complaint ID",),
        "received_at": ("Date received",),
        "ended_at": ("Date sent to company",),
        "what_happened": ("Consumer complaint narrative", "Complaint what happened"),
        "category": ("Product",),
        "mode": ("Issue",),
        "detail": ("Sub-issue",),
        "channel": ("Submitted via",),
        "state": ("Company response to consumer", "Company response"),
        "disputed": ("Consumer disputed?",),
        "service_reference": ("Company",),
    },
    keep=(
        "Sub-product", "Company public response", "State", "ZIP code", "Tags",
        "Date sent to company", "Company response to consumer", "Company response",
        "Timely response?", "Timely", "Consumer disputed?",
    ),
    values={
        "channel": {
            "web": Channel.WEB,
            "phone": Channel.PHONE,
            "postal mail": Channel.LETTER,
            "fax": Channel.LETTER,
            "email": Channel.EMAIL,
            "referral": Channel.API,
            "web referral": Channel.API,
        },
        "state": {
            "in progress": CaseState.INVESTIGATING,
            "closed with monetary relief": CaseState.REMEDIED_UNCONFIRMED,
            "closed with non monetary relief": CaseState.REMEDIED_UNCONFIRMED,
            "closed with relief": CaseState.REMEDIED_UNCONFIRMED,
            "closed with explanation": CaseState.FINAL_RESPONSE,
            "closed without relief": CaseState.FINAL_RESPONSE,
            "closed": CaseState.FINAL_RESPONSE,
            "untimely response": CaseState.FINAL_RESPONSE,
        },
    },
    needed=frozenset({"received_at", "category", "mode"}),
)  # fmt: skip

PRESETS = MappingProxyType({each.name: each for each in (CFPB,)})
