from django.db import models
from django.db.models.functions import Now


class Dirty(models.Model):
    """A failure whose fact is to be counted anew: marked by the log, taken by the fold.

    As many marks as there were changes, with nothing unique: who marks a failure that is being
    folded just then must not wait for the fold.
    """

    failure_id = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=["failure_id"], name="insight_dirty_of"),)

    def __str__(self) -> str:
        return f"dirty {self.failure_id}"


class Fact(models.Model):
    """One failure as it counts, written whole from its sources each time anything changed.

    `weight` is 0 for merged and void records. On-time figures leave out `history` records. The
    milestone columns say whether it was reached within its own fixed horizon (see policy).
    """

    failure_id = models.BigIntegerField(primary_key=True)
    day = models.DateField()
    department_id = models.BigIntegerField()
    category_id = models.BigIntegerField(null=True)
    mode_id = models.BigIntegerField(null=True)
    severity = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=24)
    weight = models.PositiveSmallIntegerField()
    complained = models.PositiveSmallIntegerField()
    affected = models.PositiveIntegerField()
    contacted = models.PositiveIntegerField()
    made_whole = models.PositiveIntegerField()
    cost_minor = models.BigIntegerField()
    acknowledge_due = models.PositiveIntegerField()
    acknowledge_met = models.PositiveIntegerField()
    resolve_due = models.PositiveIntegerField()
    resolve_met = models.PositiveIntegerField()
    customer_required = models.PositiveSmallIntegerField()
    customer_in_time = models.PositiveSmallIntegerField()
    care_required = models.PositiveSmallIntegerField()
    care_in_time = models.PositiveSmallIntegerField()
    learning_required = models.PositiveSmallIntegerField()
    learning_in_time = models.PositiveSmallIntegerField()
    proof_required = models.PositiveSmallIntegerField()
    proof_in_time = models.PositiveSmallIntegerField()
    recovered = models.PositiveSmallIntegerField()
    counted_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = (
            models.Index(fields=["department_id", "day"], name="fact_of_department"),
            models.Index(fields=["day", "department_id"], name="fact_of_day"),
            models.Index(fields=["mode_id", "day"], name="fact_of_mode"),
        )

    def __str__(self) -> str:
        return f"fact {self.failure_id}"


class Sums(models.Model):
    """The additive figures of a bucket: what boards add up, so that no board reads failures."""

    day = models.DateField()
    failures = models.IntegerField()
    complained = models.IntegerField()
    affected = models.BigIntegerField()
    contacted = models.BigIntegerField()
    made_whole = models.BigIntegerField()
    cost_minor = models.BigIntegerField()
    acknowledge_due = models.IntegerField()
    acknowledge_met = models.IntegerField()
    resolve_due = models.IntegerField()
    resolve_met = models.IntegerField()
    customer_required = models.IntegerField()
    customer_in_time = models.IntegerField()
    care_required = models.IntegerField()
    care_in_time = models.IntegerField()
    learning_required = models.IntegerField()
    learning_in_time = models.IntegerField()
    proof_required = models.IntegerField()
    proof_in_time = models.IntegerField()
    recovered = models.IntegerField()

    class Meta:
        abstract = True


class DepartmentDay(Sums):
    """One day of one owning department."""

    department_id = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["day", "department_id"], name="department_day_once"
            ),
        )
        indexes = (models.Index(fields=["department_id", "day"], name="department_day"),)

    def __str__(self) -> str:
        return f"department {self.department_id} on {self.day}"


class ModeDay(Sums):
    """One day of one failure mode; mode 0 holds what has none."""

    mode_id = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["day", "mode_id"], name="mode_day_once"),
        )

    def __str__(self) -> str:
        return f"mode {self.mode_id} on {self.day}"


class DirtyItem(models.Model):
    """A case whose clocks are to be counted anew; marked as failures are."""

    item_id = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=["item_id"], name="insight_dirtyitem_of"),)

    def __str__(self) -> str:
        return f"dirty case {self.item_id}"


class Counts(models.Model):
    """Clocks by what became of them: met in time, done late, over and not done.

    `day` is when it was met or ran over, in the organisation's zone; standard 0 is none.
    """

    day = models.DateField()
    department_id = models.BigIntegerField()
    kind = models.CharField(max_length=20)
    standard_id = models.BigIntegerField()
    met = models.PositiveIntegerField()
    late = models.PositiveIntegerField()
    undone = models.PositiveIntegerField()

    class Meta:
        abstract = True


class ClockFact(Counts):
    """One clock as it counts, written whole from its row each time its case changed."""

    clock_id = models.BigIntegerField(primary_key=True)
    item_id = models.BigIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(met=1, late=0, undone=0)
                | models.Q(met=0, late=1, undone=0)
                | models.Q(met=0, late=0, undone=1),
                name="clock_counts_once",
            ),
        )
        indexes = (
            models.Index(fields=["item_id"], name="clockfact_of_item"),
            models.Index(fields=["day", "department_id"], name="clockfact_of_day"),
        )

    def __str__(self) -> str:
        return f"clock fact {self.clock_id}"


class ClockDay(Counts):
    """One day of one desk, one kind of clock and one standard."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["day", "department_id", "kind", "standard_id"], name="clock_day_once"
            ),
        )
        indexes = (models.Index(fields=["department_id", "day"], name="clock_day_of_desk"),)

    def __str__(self) -> str:
        return f"{self.kind} of {self.department_id} on {self.day}"
