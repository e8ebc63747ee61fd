"""Every role in words, with what it may do. Plain data: code, docs, demo and tests read it."""

from dataclasses import dataclass
from enum import StrEnum


class Permission(StrEnum):
    FAILURE_REPORT = "failure:report"
    FAILURE_EDIT = "failure:edit"
    FAILURE_MERGE = "failure:merge"
    CASE_READ = "case:read"
    CASE_WORK = "case:work"
    CUSTOMER_READ = "customer:read"
    CUSTOMER_RESTRICTED = "customer:restricted"
    CUSTOMER_MERGE = "customer:merge"
    REMEDY_APPROVE = "remedy:approve"
    CASE_FINAL_NO = "case:final_no"
    PROCESS_READ = "process:read"
    PROCESS_WORK = "process:work"
    PROCESS_APPROVE = "process:approve"
    WAIVER_REQUEST = "waiver:request"
    WAIVER_APPROVE = "waiver:approve"
    STAFF_OFFER = "staff:offer"
    READINESS_ANSWER = "readiness:answer"
    BOARD_READ = "board:read"
    IMPORT_RUN = "import:run"
    KEY_MANAGE = "key:manage"
    OPERATE = "operate"
    AUDIT_READ = "audit:read"
    CLOCK_EXTEND = "clock:extend"
    SETTINGS = "settings:change"


class Role(StrEnum):
    FRONTLINE = "frontline"
    HANDLER = "handler"
    PROCESS_OWNER = "process_owner"
    SUPPORTER = "supporter"
    LEAD = "lead"
    PEOPLE_PARTNER = "people_partner"
    MANAGER = "manager"
    AUDITOR = "auditor"
    OPERATOR = "operator"
    ADMIN = "admin"
    SERVICE = "service"


@dataclass(frozen=True)
class RoleCard:
    """What a role is for, in words a colleague would use, and its permissions."""

    name: str
    words: str
    permissions: frozenset[Permission]


P = Permission
_CASEWORK = frozenset({P.FAILURE_REPORT, P.CASE_READ, P.CASE_WORK, P.CUSTOMER_READ})
# What is known of a customer's needs and of danger, and whether two records are one person.
_CUSTOMERS = frozenset({P.CUSTOMER_RESTRICTED, P.CUSTOMER_MERGE})

ROLES: dict[Role, RoleCard] = {
    Role.FRONTLINE: RoleCard(
        "Frontline",
        "Meets customers, logs failures, makes small things good at once.",
        _CASEWORK,
    ),
    Role.HANDLER: RoleCard(
        "Case handler",
        "Works customer cases of a desk from the first answer to the last.",
        _CASEWORK
        | _CUSTOMERS
        | {P.FAILURE_EDIT, P.FAILURE_MERGE, P.WAIVER_REQUEST, P.READINESS_ANSWER},
    ),
    Role.PROCESS_OWNER: RoleCard(
        "Process owner",
        "Finds why things fail, changes them and proves that the change worked.",
        frozenset(
            {
                P.FAILURE_REPORT,
                P.FAILURE_EDIT,
                P.CASE_READ,
                P.PROCESS_READ,
                P.PROCESS_WORK,
                P.WAIVER_REQUEST,
                P.BOARD_READ,
            }
        ),
    ),
    Role.SUPPORTER: RoleCard(
        "Supporter",
        "Offers help to colleagues after a hard failure; what is said stays there.",
        frozenset({P.FAILURE_REPORT, P.STAFF_OFFER}),
    ),
    Role.LEAD: RoleCard(
        "Team lead",
        "Answers for a desk: its time, its promises, approvals above a colleague's limit.",
        _CASEWORK
        | _CUSTOMERS
        | {
            P.FAILURE_EDIT,
            P.FAILURE_MERGE,
            P.REMEDY_APPROVE,
            P.WAIVER_REQUEST,
            P.WAIVER_APPROVE,
            P.READINESS_ANSWER,
            P.PROCESS_READ,
            P.PROCESS_APPROVE,
            P.BOARD_READ,
            P.CASE_FINAL_NO,
            P.CLOCK_EXTEND,
        },
    ),
    Role.PEOPLE_PARTNER: RoleCard(
        "People partner",
        "Prepares people for failure: readiness, training, group figures; never a person's care.",
        frozenset({P.FAILURE_REPORT, P.READINESS_ANSWER, P.BOARD_READ}),
    ),
    Role.MANAGER: RoleCard(
        "Manager",
        "Sees across departments and decides trade-offs.",
        frozenset(
            {
                P.FAILURE_REPORT,
                P.CASE_READ,
                P.CUSTOMER_READ,
                P.PROCESS_READ,
                P.PROCESS_APPROVE,
                P.WAIVER_APPROVE,
                P.REMEDY_APPROVE,
                P.BOARD_READ,
                P.CASE_FINAL_NO,
                P.CLOCK_EXTEND,
            }
        ),
    ),
    Role.AUDITOR: RoleCard(
        "Auditor",
        "Reads cases and their history, changes nothing.",
        frozenset({P.CASE_READ, P.PROCESS_READ, P.BOARD_READ, P.AUDIT_READ}),
    ),
    Role.OPERATOR: RoleCard(
        "Operator",
        "Keeps the system running and its rules of time in order.",
        frozenset({P.OPERATE, P.IMPORT_RUN, P.SETTINGS}),
    ),
    Role.ADMIN: RoleCard(
        "Administrator",
        "Sets up people, catalogues and keys; reads no case by that.",
        frozenset({P.OPERATE, P.KEY_MANAGE, P.IMPORT_RUN, P.BOARD_READ, P.SETTINGS}),
    ),
    Role.SERVICE: RoleCard(
        "Service",
        "What an API key acts as; its scopes say what it may do.",
        frozenset({P.FAILURE_REPORT}),
    ),
}
del P
