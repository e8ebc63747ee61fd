from django.db import models
from django.db.models import Q

from processes.querysets import PoolEntryQuerySet, ProcessCaseQuerySet
from processes.states import LinkState
from recovery.failures.models import Failure, FailureMode, WorkItem
from recovery.org.models import Person


class ProcessCase(models.Model):
    """A class of failures with a presumed shared cause: what failed, why, and what proves the fix.

    The lifecycle state is the word on its work item. One open case per failure mode. `round`
    counts the attempts at a fix: each has its own actions, plan and looks.
    """

    item = models.OneToOneField(
        WorkItem, models.PROTECT, primary_key=True, related_name="process"
    )
    mode = models.ForeignKey(FailureMode, models.PROTECT, null=True, blank=True)
    title = models.CharField(max_length=160)
    statement = models.TextField(default="", blank=True)
    proposed_because = models.CharField(max_length=30, default="", blank=True)
    is_open = models.BooleanField(default=True)
    round = models.PositiveSmallIntegerField(default=1)
    opened_at = models.DateTimeField()
    placed_at = models.DateTimeField(null=True, blank=True)
    implemented_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(max_length=14, default="", blank=True)
    result_at = models.DateTimeField(null=True, blank=True)
    risk_accepted_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    risk_accepted_at = models.DateTimeField(null=True, blank=True)
    risk_words = models.TextField(default="", blank=True)
    reopened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = ProcessCaseQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["mode"],
                condition=Q(is_open=True, mode__isnull=False),
                name="one_open_process_per_mode",
            ),
            models.CheckConstraint(
                condition=Q(risk_accepted_by__isnull=True, risk_accepted_at__isnull=True)
                | (
                    Q(risk_accepted_by__isnull=False, risk_accepted_at__isnull=False)
                    & ~Q(risk_words="")
                ),
                name="risk_accepted_by_name_and_words",
            ),
            models.CheckConstraint(
                condition=Q(is_open=True, closed_at__isnull=True)
                | Q(is_open=False, closed_at__isnull=False),
                name="process_closed_with_time",
            ),
        )
        indexes = (models.Index(fields=["mode", "-opened_at"], name="process_by_mode"),)

    def __str__(self) -> str:
        return self.title


class ProcessLink(models.Model):
    """A failure as evidence of a process case: a candidate until the owner says same cause.

    A candidate nobody judged by `answer_by` counts as the same cause.
    """

    process = models.ForeignKey(ProcessCase, models.PROTECT, related_name="links")
    failure = models.ForeignKey(Failure, models.PROTECT, related_name="process_links")
    state = models.CharField(max_length=10, choices=LinkState.choices())
    reason = models.CharField(max_length=240, default="", blank=True)
    linked_at = models.DateTimeField()
    linked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    answer_by = models.DateTimeField(null=True, blank=True)
    judged_at = models.DateTimeField(null=True, blank=True)
    judged_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["process", "failure"], name="process_link_once"),
            models.CheckConstraint(
                condition=Q(judged_at__isnull=True, judged_by__isnull=True)
                | Q(judged_at__isnull=False, judged_by__isnull=False),
                name="process_link_judged_by_person",
            ),
            models.CheckConstraint(
                condition=~Q(state="candidate") | Q(answer_by__isnull=False),
                name="candidate_has_answer_date",
            ),
        )
        indexes = (
            models.Index(fields=["failure"], name="process_links_of_failure"),
            models.Index(
                fields=["answer_by"],
                name="process_link_unanswered",
                condition=Q(state="candidate"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.failure_id} in {self.process_id}"


class PoolEntry(models.Model):
    """A failure whose learning waits with others of its mode; has a date to look again.

    `reason` is the code of the rule that pooled it, or the words of the person who did. An entry
    taken out keeps its row, so that the failure can be pooled once more.
    """

    failure = models.OneToOneField(Failure, models.PROTECT, primary_key=True)
    mode = models.ForeignKey(FailureMode, models.PROTECT, null=True, blank=True)
    reason = models.CharField(max_length=240)
    pooled_at = models.DateTimeField()
    pooled_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    review_at = models.DateTimeField()
    taken_out_at = models.DateTimeField(null=True, blank=True)
    adopted_by = models.ForeignKey(
        ProcessCase, models.PROTECT, null=True, blank=True, related_name="adopted"
    )

    objects = PoolEntryQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(
                fields=["mode", "review_at"],
                name="pool_to_review",
                condition=Q(taken_out_at__isnull=True, adopted_by__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"pooled {self.failure_id}"
