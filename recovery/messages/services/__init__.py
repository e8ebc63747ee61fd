"""Telling people once, as each of them wishes, and seeing that it arrives."""

from recovery.messages.services.calling import call_endpoints, line_up, ring
from recovery.messages.services.delivering import deliver, expire_queued
from recovery.messages.services.digests import compose_digests
from recovery.messages.services.endpoints import (
    add_endpoint,
    pause_endpoint,
    resume_endpoint,
    try_endpoint,
)
from recovery.messages.services.posting import UNDO, call_back, post_letter
from recovery.messages.services.preferences import wish
from recovery.messages.services.reading import (
    mark_all_read,
    mark_read,
    mute,
    mute_record,
    unmute,
)
from recovery.messages.services.replaying import prune, send_again, send_all_again
from recovery.messages.services.telling import Notice, tell, tell_many

__all__ = [
    "UNDO",
    "Notice",
    "add_endpoint",
    "call_back",
    "call_endpoints",
    "compose_digests",
    "deliver",
    "expire_queued",
    "line_up",
    "mark_all_read",
    "mark_read",
    "mute",
    "mute_record",
    "pause_endpoint",
    "post_letter",
    "prune",
    "resume_endpoint",
    "ring",
    "send_again",
    "send_all_again",
    "tell",
    "tell_many",
    "try_endpoint",
    "unmute",
    "wish",
]
