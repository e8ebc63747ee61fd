"""Telling people once, as each of them wishes, and seeing that it arrives."""

from recovery.messages.services.delivering import deliver, expire_queued
from recovery.messages.services.digests import compose_digests
from recovery.messages.services.preferences import wish
from recovery.messages.services.reading import mark_all_read, mark_read, mute, unmute
from recovery.messages.services.replaying import prune, send_again, send_all_again
from recovery.messages.services.telling import Notice, tell, tell_many

__all__ = [
    "Notice",
    "compose_digests",
    "deliver",
    "expire_queued",
    "mark_all_read",
    "mark_read",
    "mute",
    "prune",
    "send_again",
    "send_all_again",
    "tell",
    "tell_many",
    "unmute",
    "wish",
]
