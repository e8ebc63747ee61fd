import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('escalation', '0002_house_ladders'),
        ('failures', '0002_merge_before'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LevelChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_level', models.PositiveSmallIntegerField()),
                ('to_level', models.PositiveSmallIntegerField()),
                ('reason', models.CharField(choices=[('customer_asks', 'the customer asks for somebody above'), ('beyond_us', 'needs a decision this desk may not take'), ('safety', 'somebody may be at risk'), ('outside', 'press, an authority or a court is involved'), ('failed_twice', 'the recovery failed as well'), ('stuck', 'nobody moves it'), ('decided', 'what was needed is decided'), ('calm', 'the danger is over'), ('mistake', 'it was raised by mistake'), ('desk_has_it', 'the desk has it in hand again')], max_length=16)),
                ('words', models.CharField(max_length=500)),
                ('at', models.DateTimeField()),
                ('told', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list)),
            ],
        ),
        migrations.AddField(
            model_name='firing',
            name='answered_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='firing',
            name='told',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, null=True),
        ),
        migrations.AddField(
            model_name='ladderversion',
            name='made_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='ladderversion',
            name='made_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='rung',
            name='every',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='rung',
            name='in_hours',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='rung',
            name='in_real_time',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='rung',
            name='minutes',
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='rung',
            name='most',
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AlterField(
            model_name='ladder',
            name='clock_kind',
            field=models.CharField(max_length=20, unique=True),
        ),
        migrations.AlterField(
            model_name='rung',
            name='percent',
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='rung',
            name='tells',
            field=models.CharField(choices=[('owner', 'whoever holds the case'), ('desk_lead', "the desk's lead"), ('upper_lead', 'the lead one department up'), ('manager', 'the manager'), ('process_owner', 'the process owner'), ('operator', 'the operators'), ('deputy', 'another supporter, never the line')], max_length=16),
        ),
        migrations.AddConstraint(
            model_name='rung',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('minutes__isnull', True), ('percent__isnull', False)), models.Q(('minutes__isnull', False), ('percent__isnull', True)), _connector='OR'), name='rung_has_one_anchor'),
        ),
        migrations.AddConstraint(
            model_name='rung',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('every', 0), ('most', 1)), models.Q(('every__gte', 5), ('most__gte', 2)), _connector='OR'), name='rung_repeats_within_bounds'),
        ),
        migrations.AddConstraint(
            model_name='rung',
            constraint=models.CheckConstraint(condition=models.Q(('level__lte', 4)), name='rung_level_exists'),
        ),
        migrations.AddField(
            model_name='levelchange',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='levelchange',
            name='item',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='level_changes', to='failures.workitem'),
        ),
        migrations.AddConstraint(
            model_name='levelchange',
            constraint=models.CheckConstraint(condition=models.Q(('from_level', models.F('to_level')), _negated=True), name='level_change_changes'),
        ),
    ]
