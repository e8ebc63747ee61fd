"""What Halden Air gives: its catalogue, its budgets. Invented, like every amount in it."""

from collections.abc import Mapping

from cases.policy.offerings import OfferingDraft
from recovery.failures.policy import Fact
from recovery.kernel.conditions import Condition, Op

_SERIOUS = Condition(Fact.SEVERITY, Op.AT_LEAST, (3,))
OFFERINGS: Mapping[str, OfferingDraft] = {
    "Meal voucher": OfferingDraft(
        "care", "voucher", "A meal at the airport", 1_000, 1_500, 3_000,
        (Condition(Fact.CATEGORY, Op.IS, ("rebooking", "assistance")),),
    ),
    "Voucher for the next flight": OfferingDraft(
        "goodwill", "voucher", "A voucher for your next flight", 2_000, 4_500, 12_000,
        (_SERIOUS,),
    ),
    "What was needed until the bag came": OfferingDraft(
        "expense", "refund", "What you had to buy until your bag came, repaid",
        500, 8_000, 30_000, (Condition(Fact.CATEGORY, Op.IS, ("baggage",)),),
    ),
    "Call by the station manager": OfferingDraft(
        "goodwill", "apology", "A call in person by the station manager", when=(_SERIOUS,)
    ),
}  # fmt: skip
# The owner of each budget and its amount in a quarter, in minor units.
BUDGETS: Mapping[str, tuple[str, int]] = {
    "customer": ("Marta Nunes", 2_500_000),
    "ground": ("Dina Roth", 2_000_000),
    "flight": ("Victor Hale", 1_500_000),
}
MOST_FOR_ONE = 200_000
