"""Plain rules of people and calendars."""

from recovery.org.policy.grants import Grants, MembershipCard, grants_of

__all__ = ["Grants", "MembershipCard", "grants_of"]
