"""Short set pieces beside the play of chance: every state there is has one that ends in it."""

from recovery.demo.engine import Stage
from recovery.demo.tales.customer import tell_of_customers, tell_of_returns
from recovery.demo.tales.employee import tell_of_colleagues
from recovery.demo.tales.process import tell_of_processes
from recovery.demo.tales.silent import tell_of_silent_passengers
from recovery.demo.tales.whole import tell_of_ends, tell_of_pairs, tell_of_waivers


def plan_tales(stage: Stage) -> None:
    """Plan all of them, counted back from the end; the longest takes three months."""
    for tell in (
        tell_of_customers, tell_of_processes, tell_of_colleagues, tell_of_pairs, tell_of_ends,
        tell_of_waivers, tell_of_silent_passengers, tell_of_returns,
    ):  # fmt: skip
        tell(stage)
