import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery.kernel.lifecycle import Lifecycle, Move
from recovery.kernel.refusals import Conflict


def moves(*rows, **options):
    return tuple(
        Move(verb, frozenset(sources.split()), target, **options)
        for verb, sources, target in rows
    )


OFFER = moves(
    ("offer", "open in_talks", "in_talks"),
    ("accept", "in_talks", "kept"),
    ("give_up", "open in_talks", "lost"),
)
REOPEN = moves(("reopen", "kept lost", "open"), from_end=True)


def cycle(**changes):
    table = {
        "name": "offer",
        "states": ("open", "in_talks", "kept", "lost"),
        "initial": "open",
        "ends": {"kept": "ok", "lost": "failed"},
        "moves": OFFER + REOPEN,
        "path": ("open", "in_talks", "kept"),
    }
    return Lifecycle(**(table | changes))


def test_resolves_a_verb_to_its_target():
    assert cycle().resolve("in_talks", "accept") == "kept"


def test_refuses_a_verb_the_state_lacks_and_says_what_can_be_done():
    with pytest.raises(Conflict) as refusal:
        cycle().resolve("open", "accept")
    assert refusal.value.code == "illegal_move"
    assert str(refusal.value) == (
        "“accept” is not possible while this is “open”. What can be done now: offer, give up."
    )


def test_refuses_any_verb_after_a_final_end_in_words():
    with pytest.raises(Conflict) as refusal:
        cycle(moves=OFFER).resolve("lost", "give_up")
    assert (
        str(refusal.value)
        == "“give up” is not possible: this has ended as “lost” and stays so."
    )


def test_unknown_verb_is_a_mistake_in_the_program():
    with pytest.raises(KeyError):
        cycle().resolve("open", "close")


def test_unknown_state_is_a_mistake_in_the_program():
    with pytest.raises(KeyError):
        cycle().available("gone")


def test_offers_moves_in_the_order_declared():
    assert [move.verb for move in cycle().available("open")] == ["offer", "give_up"]


def test_knows_ends_and_what_they_mean():
    offer = cycle()
    assert (offer.is_end("kept"), offer.is_end("open")) == (True, False)
    assert (offer.end_of("lost"), offer.end_of("open")) == ("failed", None)
    assert offer.open_states == ("open", "in_talks")


def test_path_is_every_state_unless_given():
    straight = cycle(
        states=("open", "in_talks", "kept"), ends={"kept": "ok"}, moves=OFFER[:2], path=()
    )
    assert straight.path == ("open", "in_talks", "kept")


def test_may_start_in_several_states():
    assert cycle(initial=("open", "in_talks")).initials == ("open", "in_talks")
    assert cycle().initials == ("open",)


def test_lists_each_verb_once():
    two = moves(
        ("offer", "open", "in_talks"), ("offer", "in_talks", "kept"), ("lose", "open", "lost")
    )
    assert cycle(moves=two).verbs == ("offer", "lose")


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"initial": "new"}, "initial names the unknown state new"),
        ({"initial": ()}, "no initial state"),
        ({"ends": {"kept": "ok", "won": "ok"}}, "end names the unknown state won"),
        ({"ends": {}}, "no end state"),
        ({"path": ("open", "won")}, "path names the unknown state won"),
        ({"path": ("open", "open")}, "the path visits a state twice"),
        (
            {"path": ("open", "kept", "lost"), "moves": OFFER},
            "the path cannot go from kept to lost",
        ),
        ({"states": ("open", "open", "in_talks", "kept", "lost")}, "a state is listed twice"),
        ({"moves": OFFER + moves(("x", "open", "won"))}, "verb x names the unknown state won"),
        ({"moves": OFFER + moves(("x", "", "open"))}, "verb x starts nowhere"),
        (
            {"moves": OFFER + moves(("offer", "open", "kept"))},
            "verb offer is declared twice for open",
        ),
        (
            {"moves": OFFER + moves(("x", "kept", "open"))},
            "verb x leaves an end without saying so",
        ),
        (
            {"moves": OFFER + moves(("x", "open", "kept"), from_end=True)},
            "verb x says it leaves an end but does not",
        ),
        ({"moves": OFFER[:2]}, "state lost cannot be reached"),
        (
            {
                "moves": OFFER + moves(("stick", "open", "stuck")),
                "states": (*cycle().states, "stuck"),
            },
            "no end can be reached from stuck",
        ),
    ],
)
def test_refuses_a_table_that_contradicts_itself(changes, fault):
    with pytest.raises(ValueError, match="lifecycle offer: ") as error:
        cycle(**changes)
    assert fault in str(error.value)


@given(st.lists(st.sampled_from(["offer", "accept", "give_up", "reopen"])))
def test_any_walk_stays_inside_the_table(verbs):
    offer, state = cycle(), "open"
    for verb in verbs:
        offered = {move.verb: move.target for move in offer.available(state)}
        assert offer.allows(state, verb) == (verb in offered)
        if verb in offered:
            state = offer.resolve(state, verb)
            assert state == offered[verb]
        else:
            with pytest.raises(Conflict):
                offer.resolve(state, verb)
        assert offer.is_end(state) == (offer.end_of(state) is not None)


STATES = ("a", "b", "c", "d", "end")


@given(
    st.lists(
        st.builds(
            Move,
            verb=st.sampled_from(["go", "stay", "stop"]),
            sources=st.frozensets(st.sampled_from(STATES), max_size=3),
            target=st.sampled_from(STATES),
            from_end=st.booleans(),
        ),
        max_size=6,
    )
)
def test_every_table_is_refused_or_leads_from_every_state_to_an_end(table):
    try:
        made = Lifecycle("any", STATES, "a", {"end": "ok"}, tuple(table), ("a", "end"))
    except ValueError:
        return
    for state in made.open_states:
        steps, seen = [state], set()
        while steps:
            here = steps.pop()
            seen.add(here)
            steps += [move.target for move in made.available(here) if move.target not in seen]
        assert "end" in seen
