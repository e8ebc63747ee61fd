from recovery.escalation.models.ladders import (
    Firing,
    Ladder,
    LadderVersion,
    LevelChange,
    Rung,
)

__all__ = ["Firing", "Ladder", "LadderVersion", "LevelChange", "Rung"]
