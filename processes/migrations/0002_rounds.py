import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('failures', '0001_initial'),
        ('processes', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='look',
            name='look_once',
        ),
        migrations.RemoveConstraint(
            model_name='verificationplan',
            name='plan_approved_by_another',
        ),
        migrations.RemoveConstraint(
            model_name='verificationplan',
            name='target_ratio_below_one',
        ),
        migrations.RemoveIndex(
            model_name='poolentry',
            name='pool_by_mode',
        ),
        migrations.AddField(
            model_name='action',
            name='round',
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='poolentry',
            name='taken_out_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='processcase',
            name='placed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='processcase',
            name='reopened_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='processcase',
            name='round',
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='processlink',
            name='answer_by',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='processlink',
            name='judged_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='processlink',
            name='judged_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='poolentry',
            index=models.Index(condition=models.Q(('adopted_by__isnull', True), ('taken_out_at__isnull', True)), fields=['mode', 'review_at'], name='pool_to_review'),
        ),
        migrations.AddIndex(
            model_name='processcase',
            index=models.Index(fields=['mode', '-opened_at'], name='process_by_mode'),
        ),
        migrations.AddIndex(
            model_name='processlink',
            index=models.Index(condition=models.Q(('state', 'candidate')), fields=['answer_by'], name='process_link_unanswered'),
        ),
        migrations.AddConstraint(
            model_name='processcase',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('is_open', True)), models.Q(('closed_at__isnull', False), ('is_open', False)), _connector='OR'), name='process_closed_with_time'),
        ),
        migrations.AddConstraint(
            model_name='processlink',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('judged_at__isnull', True), ('judged_by__isnull', True)), models.Q(('judged_at__isnull', False), ('judged_by__isnull', False)), _connector='OR'), name='process_link_judged_by_person'),
        ),
        migrations.AddConstraint(
            model_name='processlink',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'candidate'), _negated=True), ('answer_by__isnull', False), _connector='OR'), name='candidate_has_answer_date'),
        ),
        migrations.RemoveField(
            model_name='verificationplan',
            name='approved_by',
        ),
        migrations.RemoveField(
            model_name='verificationplan',
            name='process',
        ),
        migrations.RemoveField(
            model_name='verificationplan',
            name='written_by',
        ),
        migrations.DeleteModel(
            name='Look',
        ),
        migrations.DeleteModel(
            name='VerificationPlan',
        ),
        migrations.CreateModel(
            name='VerificationPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.PositiveSmallIntegerField(default=1)),
                ('metric', models.CharField(max_length=240)),
                ('baseline_count', models.PositiveIntegerField()),
                ('baseline_days', models.PositiveIntegerField()),
                ('left_out', models.CharField(blank=True, default='', max_length=240)),
                ('target_ratio', models.DecimalField(decimal_places=3, max_digits=4)),
                ('look_days', models.JSONField()),
                ('reopen_limit', models.PositiveSmallIntegerField(default=2)),
                ('reopen_days', models.PositiveSmallIntegerField(default=90)),
                ('power_half', models.FloatField()),
                ('power_seventy', models.FloatField()),
                ('written_at', models.DateTimeField()),
                ('approved_at', models.DateTimeField(blank=True, null=True)),
                ('approved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('process', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plans', to='processes.processcase')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Look',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('count', models.PositiveIntegerField()),
                ('days', models.PositiveIntegerField()),
                ('ratio', models.FloatField()),
                ('upper', models.FloatField(blank=True, null=True)),
                ('lower', models.FloatField()),
                ('p_value', models.FloatField()),
                ('result', models.CharField(choices=[('proven', 'proven to target'), ('improved', 'improved'), ('not_shown', 'not shown'), ('worse', 'worse')], max_length=14)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='looks', to='processes.verificationplan')),
            ],
        ),
        migrations.AddConstraint(
            model_name='verificationplan',
            constraint=models.UniqueConstraint(fields=('process', 'round'), name='one_plan_a_round'),
        ),
        migrations.AddConstraint(
            model_name='verificationplan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approved_at__isnull', True), ('approved_by__isnull', True)), models.Q(('approved_at__isnull', False), ('approved_by__isnull', False), models.Q(('approved_by', models.F('written_by')), _negated=True)), _connector='OR'), name='plan_approved_by_another'),
        ),
        migrations.AddConstraint(
            model_name='verificationplan',
            constraint=models.CheckConstraint(condition=models.Q(('target_ratio__gt', 0), ('target_ratio__lt', 1)), name='target_ratio_below_one'),
        ),
        migrations.AddConstraint(
            model_name='verificationplan',
            constraint=models.CheckConstraint(condition=models.Q(('baseline_count__gte', 1), ('baseline_days__gte', 1)), name='plan_has_baseline'),
        ),
        migrations.AddConstraint(
            model_name='look',
            constraint=models.UniqueConstraint(fields=('plan', 'number'), name='look_once'),
        ),
    ]
