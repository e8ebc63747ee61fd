"""Halden Air: its desks, its people, its catalogue. Invented, like every amount in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from recovery.org.roles import Role

PASSWORD = "halden-air-demo"  # noqa: S105  (printed at every start: a demo has no secrets)
NAME, ZONE, CURRENCY = "Halden Air", "Europe/Lisbon", "EUR"

# Each desk by slug, with its name, the slug above it and its calendar.
DEPARTMENTS: Mapping[str, tuple[str, str, str]] = {
    "halden": ("Halden Air", "", "office"),
    "customer": ("Customer operations", "halden", "office"),
    "contact": ("Contact centre", "customer", "contact"),
    "assistance": ("Special assistance", "customer", "always"),
    "disruption": ("Disruption desk", "customer", "always"),
    "payments": ("Payments", "customer", "office"),
    "ground": ("Ground operations", "halden", "always"),
    "gate": ("Gate, Lisbon", "ground", "always"),
    "baggage": ("Baggage", "ground", "always"),
    "lounge": ("Lounge", "ground", "contact"),
    "flight": ("Flight operations", "halden", "office"),
    "crew": ("Crew planning", "flight", "office"),
    "catering": ("Catering", "flight", "office"),
    "people": ("People and safety", "halden", "office"),
}
# Each calendar by name: around the clock, or a week of hours.
_WEEK = {str(day): [["09:00", "17:00"]] for day in range(5)}
_LONG = {str(day): [["07:00", "21:00"]] for day in range(7)}
CALENDARS: Mapping[str, tuple[bool, Mapping[str, Sequence[Sequence[str]]]]] = {
    "always": (True, {}),
    "office": (False, _WEEK),
    "contact": (False, _LONG),
}


@dataclass(frozen=True, slots=True)
class Player:
    """One person of the demo: name, role, desk, whether they lead it."""

    name: str
    role: Role
    desk: str
    lead: bool = False

    @property
    def email(self) -> str:
        """first.last@halden.example"""
        return f"{self.name.lower().replace(' ', '.')}@halden.example"


# The first of each role is printed as a login.
PLAYERS: Sequence[Player] = (
    Player("Ines Moreau", Role.HANDLER, "assistance"),
    Player("Rita Sousa", Role.FRONTLINE, "gate"),
    Player("Marta Nunes", Role.LEAD, "customer", lead=True),
    Player("Tomasz Wilk", Role.PROCESS_OWNER, "halden"),
    Player("Hanna Berg", Role.SUPPORTER, "people"),
    Player("Luis Prata", Role.PEOPLE_PARTNER, "people"),
    Player("Jonas Lindqvist", Role.MANAGER, "halden", lead=True),
    Player("Edith Frank", Role.AUDITOR, "halden"),
    Player("Otto Maier", Role.OPERATOR, "halden"),
    Player("Ada Keller", Role.ADMIN, "halden"),
    Player("Priya Nair", Role.HANDLER, "contact"),
    Player("Adaeze Obi", Role.HANDLER, "gate"),
    Player("Paulo Reis", Role.HANDLER, "baggage"),
    Player("Nils Aker", Role.HANDLER, "disruption"),
    Player("Salma Haddad", Role.HANDLER, "payments"),
    Player("Greta Lund", Role.HANDLER, "lounge"),
    Player("Kofi Mensah", Role.HANDLER, "crew"),
    Player("Bea Costa", Role.HANDLER, "catering"),
    Player("Dina Roth", Role.LEAD, "ground", lead=True),
    Player("Victor Hale", Role.LEAD, "flight", lead=True),
    Player("Yara Lopes", Role.FRONTLINE, "contact"),
    Player("Sven Dahl", Role.SUPPORTER, "people"),
    Player("Mika Toivo", Role.PROCESS_OWNER, "ground"),
)
# Each role with its limit for a case and for a week, in minor units.
LIMITS: Mapping[Role, tuple[int, int]] = {
    Role.FRONTLINE: (5_000, 20_000),
    Role.HANDLER: (25_000, 150_000),
    Role.LEAD: (100_000, 600_000),
    Role.MANAGER: (500_000, 3_000_000),
}


@dataclass(frozen=True, slots=True)
class Mode:
    """A failure mode: how often (weight), how bad (grades by name), whose, what people say."""

    slug: str
    name: str
    desk: str
    weight: int
    grades: Mapping[str, int]
    accounts: Sequence[str]
    wish: str


CATEGORIES: Mapping[str, tuple[str, Sequence[Mode]]] = {
    "baggage": (
        "Baggage",
        (
            Mode("bag-not-on-flight", "Bag not on flight", "baggage", 112,
                 {"experience": 3, "money": 2, "trust": 1},
                 ("My suitcase stayed behind and I stand here in what I wore on the plane.",
                  "Wedding clothes in the bag, the wedding is tomorrow, nobody knows where it is.",
                  "Second time this year that the bag did not come."),
                 "Bring it to the hotel today and say where it was."),
            Mode("bag-damaged", "Bag damaged", "baggage", 29, {"experience": 2, "money": 2},
                 ("The wheel is gone and the handle is bent.",
                  "The case came open on the belt, half of it was on the floor."),
                 "A new case of the same size."),
        ),
    ),
    "rebooking": (
        "Rebooking and information",
        (
            Mode("rebooking-slow", "Rebooking slow", "disruption", 74,
                 {"experience": 3, "trust": 2},
                 ("Three hours in the line to be told to call a number.",
                  "The app said rebooked, the gate said no."),
                 "A seat today, whoever flies it."),
            Mode("told-different-things", "Told different things", "contact", 37,
                 {"trust": 2, "experience": 2},
                 ("One person said voucher, the next said there is none.",
                  "I told the whole story four times."),
                 "One answer from one person."),
            Mode("crew-out-of-hours", "Crew out of hours", "crew", 29,
                 {"experience": 3, "quality": 2},
                 ("Cancelled at the gate because the crew may not fly any more.",
                  "We sat on board for two hours, then all had to leave."),
                 "Tell us why, and get us there."),
        ),
    ),
    "assistance": (
        "Assistance",
        (
            Mode("assistance-not-met", "Assistance not met", "assistance", 61,
                 {"experience": 4, "trust": 3, "safety": 2, "legal": 3},
                 ("My mother sat there for forty minutes and every person said somebody is coming.",
                  "No wheelchair at the door, I was carried down by two passengers.",
                  "The lift truck came when the plane was already being cleaned."),
                 "Tell her why, and meet the flight home."),
            Mode("child-alone", "Unaccompanied child waited alone", "gate", 6,
                 {"experience": 4, "safety": 3, "trust": 4},
                 ("Our daughter stood alone at the desk for twenty minutes.",),
                 "To know that it can never happen again."),
        ),
    ),
    "money": (
        "Money",
        (
            Mode("refund-late", "Refund late", "payments", 48, {"money": 3, "trust": 2},
                 ("Promised in seven days, it is week five.",
                  "You kept my money longer than I kept my patience."),
                 "The money, and a date that holds."),
            Mode("charged-twice", "Charged twice", "payments", 14, {"money": 2},
                 ("Seat 12A is on my card two times.",), "One of the two back."),
        ),
    ),
    "board": (
        "On board",
        (
            Mode("meal-wrong", "Seat or meal wrong", "catering", 22, {"experience": 1},
                 ("The gluten-free meal was not loaded.", "Cold meal.", "We paid to sit together."),
                 "Say sorry and load it next time."),
            Mode("cabin-dirty", "Cabin not clean", "catering", 9, {"quality": 1},
                 ("Crumbs and a used napkin in the pocket.",), "Clean it."),
            Mode("scald", "Hot drink spilled on a person", "catering", 3,
                 {"safety": 3, "experience": 3, "legal": 2},
                 ("Coffee over my arm, it is red and hurts.",), "A doctor and an explanation."),
        ),
    ),
    "house": (
        "Inside the house",
        (
            Mode("roster-late", "Roster file late", "crew", 10, {"quality": 2},
                 ("The roster file came four hours late and was caught before release.",), ""),
            Mode("lounge-full", "Lounge full", "lounge", 12, {"experience": 1},
                 ("No seat in the lounge I paid for.",), "My money for the lounge."),
        ),
    ),
}  # fmt: skip
STEPS: Sequence[tuple[str, str, str]] = (
    ("Books", "customer", "contact"), ("Requests assistance", "customer", "assistance"),
    ("Check-in and bag drop", "onstage", "gate"), ("Bag loading", "backstage", "baggage"),
    ("Boarding", "onstage", "gate"), ("Crew rostering", "backstage", "crew"),
    ("Meal loading", "support", "catering"), ("Refund run", "support", "payments"),
)  # fmt: skip
PROMISES: Mapping[str, str] = {
    "met-at-the-door": "If you asked for help, somebody waits for you at the door.",
    "bag-with-you": "Your bag travels with you.",
    "money-in-seven-days": "Money owed is with you in seven days.",
    "told-first": "We tell you before you have to ask.",
}
FIRST_NAMES = (
    "Amara", "Kwame", "Elena", "Uwe", "Mia", "Rui", "Joana", "Piet", "Noor", "Lucía", "Marek",
    "Aiko", "Tariq", "Sofia", "Owen", "Zoë", "Ilse", "Bruno", "Chiara", "Dmitri",
)  # fmt: skip
LAST_NAMES = (
    "Osei", "Tavira", "Brandt", "Keller", "Tavares", "Haddad", "Ferreira", "de Vries", "Rahman",
    "Ortega", "Nowak", "Sato", "Aziz", "Rossi", "Evans", "Lindgren", "Maes", "Silva", "Conti",
)  # fmt: skip
SEGMENTS = ("leisure", "leisure", "leisure", "business", "family", "frequent")
