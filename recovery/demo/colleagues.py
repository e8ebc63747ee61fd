"""Process owner, supporter and lead in the demo: each looks at their work once a day."""

from datetime import datetime, timedelta

import processes.services as process
import staff.services as employee
from recovery.demo.engine import Stage
from recovery.failures.models import Failure, Track, WorkItem
from recovery.failures.states import TrackKind, TrackState
from recovery.org.models import Person
