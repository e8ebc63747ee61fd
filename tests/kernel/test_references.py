import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery.kernel.references import ALPHABET, decode, encode

KEYS = st.integers(0, 2**63 - 1)
SMALL = st.integers(0, 2**25 - 1)
PREFIXES = st.sampled_from("FCPER")


@given(PREFIXES, KEYS)
def test_leads_back_to_its_key(prefix, pk):
    assert decode(encode(prefix, pk)) == (prefix, pk)


@pytest.mark.parametrize(
    ("pk", "length"),
    [(0, 8), (2**25 - 1, 8), (2**25, 9), (2**25 + 2**30 - 1, 9), (2**25 + 2**30, 10)],
)
def test_grows_by_a_character_only_when_it_must(pk, length):
    assert len(encode("F", pk)) == length
    assert decode(encode("F", pk)) == ("F", pk)


def test_printed_references_never_change():
    assert [encode("F", pk) for pk in (1, 2, 1_000_000, 2**25)] == [
        "F-J3MXQ3",
        "F-8T41PY",
        "F-DE842Y",
        "F-77NZHNK",
    ]


def test_neighbours_look_different():
    bodies = [encode("F", pk)[2:7] for pk in range(1000, 2000)]
    alike = [
        sum(a == b for a, b in zip(*pair, strict=True)) for pair in itertools.pairwise(bodies)
    ]
    assert max(alike) <= 3
    assert sum(alike) / len(alike) < 0.5


def test_never_collides_among_many():
    assert len({encode("F", pk) for pk in range(100_000)}) == 100_000


@given(PREFIXES, KEYS)
def test_is_read_in_lower_case_without_hyphen_and_with_spaces(prefix, pk):
    reference = encode(prefix, pk)
    plain = reference.replace("-", "")
    for written in (
        reference.lower(),
        plain,
        f" {plain[:3]} {plain[3:]}\n",
        plain.replace("", "\u2013"),
    ):
        assert decode(written) == (prefix, pk)


@given(PREFIXES, KEYS)
def test_letters_easily_mistaken_for_digits_are_read_as_digits(prefix, pk):
    body = encode(prefix, pk)[2:]
    for zero, one in (("O", "I"), ("o", "l"), ("0", "L")):
        assert decode(f"{prefix}-" + body.replace("0", zero).replace("1", one)) == (prefix, pk)


@given(PREFIXES, SMALL)
def test_every_single_wrong_character_is_found(prefix, pk):
    reference = encode(prefix, pk)
    for place in range(2, len(reference)):
        for wrong in set(ALPHABET) - {reference[place]}:
            assert decode(reference[:place] + wrong + reference[place + 1 :]) is None


@given(SMALL)
def test_a_wrong_prefix_is_found(pk):
    for wrong in "ABDEFGHIJKLMNOPQRSTUVWXYZ":
        assert decode(wrong + encode("C", pk)[1:]) is None


@given(PREFIXES, KEYS)
def test_every_exchange_of_two_characters_is_found(prefix, pk):
    reference = encode(prefix, pk)
    for one, other in itertools.combinations(range(2, len(reference)), 2):
        swapped = list(reference)
        swapped[one], swapped[other] = swapped[other], swapped[one]
        if swapped[one] != swapped[other]:
            assert decode("".join(swapped)) is None


@given(st.text(max_size=40))
def test_any_text_is_a_reference_or_nothing(text):
    found = decode(text)
    if found is not None:
        assert decode(encode(*found)) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "F",
        "F-",
        "F-7K3",
        "7-K3Q9XX",
        "F-UUUUUU",
        "F-7K3Q9X" * 20,
        "F-\x00K3Q9X",
        "Ñ-7K3Q9X",
        "F-" + "Z" * 14,
    ],
)
def test_what_is_no_reference_is_nothing(text):
    assert decode(text) is None


@pytest.mark.parametrize(
    ("prefix", "pk"), [("", 1), ("FF", 1), ("f", 1), ("1", 1), ("F", -1), ("F", 2**63)]
)
def test_refuses_to_encode_what_could_not_be_read_back(prefix, pk):
    with pytest.raises(ValueError, match=r"prefix|no reference"):
        encode(prefix, pk)
