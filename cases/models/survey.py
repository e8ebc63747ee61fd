from django.db import models
from django.db.models import F, Q

from cases.models.case import Contact, CustomerCase
from cases.states import Solved
from recovery.org.models import Person

FIVE = ("first_rating", "rating", "ease", "outcome", "fairness", "treatment", "information",
        "prevention")  # fmt: skip


def _five() -> "models.PositiveSmallIntegerField[int | None, int | None]":
    return models.PositiveSmallIntegerField(null=True, blank=True)


class Survey(models.Model):
    """A customer asked once, by rule, how we recovered; `round` is how often the case came back.

    Ratings go from 1 to 5, `recommend` from 0 to 10, None where nothing was said. `first_rating`
    is the first click and never changes. Outcome, fairness (of the way), treatment and
    information are the four justices; `prevention` whether they believe it will not happen again.
    """

    case = models.ForeignKey(CustomerCase, models.PROTECT, related_name="surveys")
    round = models.PositiveSmallIntegerField()
    contact = models.OneToOneField(Contact, models.PROTECT, related_name="survey")
    asked_at = models.DateTimeField()
    open_until = models.DateTimeField()
    first_rating = _five()
    first_rated_at = models.DateTimeField(null=True, blank=True)
    rating = _five()
    solved = models.CharField(max_length=6, choices=Solved.choices(), default="", blank=True)
    recommend = models.PositiveSmallIntegerField(null=True, blank=True)
    ease = _five()
    outcome = _five()
    fairness = _five()
    treatment = _five()
    information = _five()
    prevention = _five()
    words = models.TextField(default="", blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["case", "round"], name="asked_once_a_round"),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__range": (1, 5)}),
                    name=f"survey_{name}_of_five",
                )
                for name in FIVE
            ),
            models.CheckConstraint(
                condition=Q(recommend__isnull=True) | Q(recommend__lte=10),
                name="survey_recommend_of_ten",
            ),
            models.CheckConstraint(
                condition=Q(first_rating__isnull=True, first_rated_at__isnull=True, rating=None)
                | Q(first_rating__isnull=False, first_rated_at__isnull=False, rating__gte=1),
                name="survey_rated_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(first_rating__isnull=False),
                name="survey_answer_has_rating",
            ),
            models.CheckConstraint(
                condition=Q(open_until__gt=F("asked_at")), name="survey_opens_for_a_time"
            ),
        )

    def __str__(self) -> str:
        return f"survey of case {self.case_id}"


class Guess(models.Model):
    """How a colleague thinks the customer will rate, written before anybody knew."""

    survey = models.OneToOneField(
        Survey, models.PROTECT, primary_key=True, related_name="guess"
    )
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    rating = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(rating__range=(1, 5)), name="guess_of_five"),
        )

    def __str__(self) -> str:
        return f"guess {self.rating}"
