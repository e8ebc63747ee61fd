"""Public references such as F-7K3Q9X, computed from the primary key and back.

No column, no index, no collision. A reference is not a secret: the permutation only keeps
neighbours from looking alike, so that a misread character is not somebody else's case.
"""

from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U
SHORTEST: Final = 5  # characters before the check character: 2**25 = 33.5 million keys

_VALUES: Final = {character: value for value, character in enumerate(ALPHABET)} | {
    "O": 0,
    "I": 1,
    "L": 1,
}
_IGNORED: Final = dict.fromkeys(map(ord, " \t\r\n\xa0-\u2010\u2011\u2012\u2013\u2014\u2212_"))
_LARGEST_KEY: Final = 2**63 - 1
_LONGEST: Final = 13
# Odd constants from the binary digits of well-known irrationals; changing one changes every
# reference ever printed.
_MULTIPLIERS: Final = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)


def encode(prefix: str, pk: int) -> str:
    """Return the reference of key `pk` (0 to 2**63 - 1) under a one-letter `prefix`.

    Five characters and a check character for keys below 2**25, then six, and so on. Raises
    ValueError for another prefix or key.
    """
    if len(prefix) != 1 or not "A" <= prefix <= "Z":
        message = f"a prefix is one letter from A to Z, not {prefix!r}"
        raise ValueError(message)
    if not 0 <= pk <= _LARGEST_KEY:
        message = f"no reference for key {pk}"
        raise ValueError(message)
    width, index = SHORTEST, pk
    while index >= 1 << 5 * width:
        index -= 1 << 5 * width
        width += 1
    code = _scramble(index, prefix, 5 * width)
    digits = [code >> 5 * place & 31 for place in reversed(range(width))]
    body = "".join(ALPHABET[digit] for digit in digits)
    return f"{prefix}-{body}{ALPHABET[_check(prefix, digits)]}"


def decode(reference: str) -> tuple[str, int] | None:
    """Return (prefix, key), or None for what is not a reference or fails its check.

    Takes lower case, spaces, missing or other hyphens, and O for 0, I or L for 1. The check
    finds every single wrong character, every two characters exchanged (neighbours or not) and
    every doubled character turned into another double; of other mistakes 31 in 32.
    """
    if len(reference) > 64:
        return None
    plain = reference.translate(_IGNORED).upper()
    prefix, body = plain[:1], plain[1:]
    if not plain.isascii() or not "A" <= prefix <= "Z":
        return None
    if not SHORTEST < len(body) <= _LONGEST + 1:
        return None
    values = [_VALUES.get(character, -1) for character in body]
    digits = values[:-1]
    if -1 in values or _check(prefix, digits) != values[-1]:
        return None
    code = 0
    for digit in digits:
        code = code << 5 | digit
    width = len(digits)
    pk = _unscramble(code, prefix, 5 * width) + sum(1 << 5 * w for w in range(SHORTEST, width))
    return (prefix, pk) if pk <= _LARGEST_KEY else None


def _scramble(number: int, prefix: str, bits: int) -> int:
    """Permute the numbers of `bits` bits: odd multiples and self-inverse shifts are bijections."""
    mask = (1 << bits) - 1
    number ^= ord(prefix) * _MULTIPLIERS[0] & mask
    for multiplier in _MULTIPLIERS:
        number = number * multiplier & mask
        number ^= number >> (bits + 1) // 2
    return number


def _unscramble(number: int, prefix: str, bits: int) -> int:
    mask = (1 << bits) - 1
    for multiplier in reversed(_MULTIPLIERS):
        number ^= number >> (bits + 1) // 2
        number = number * pow(multiplier, -1, 1 << bits) & mask
    return number ^ ord(prefix) * _MULTIPLIERS[0] & mask


def _check(prefix: str, digits: list[int]) -> int:
    """Weigh each place by another power of the generator of GF(32), the check by one.

    Distinct non-zero weights are what makes single errors and exchanges impossible to miss.
    """
    total = ord(prefix) - ord("A")
    for digit in digits:
        total = _double(total) ^ digit
    return _double(total)


def _double(number: int) -> int:
    """Multiply by x in GF(32) with x**5 = x**2 + 1, whose powers run through all 31."""
    return (number << 1) ^ (0b100101 if number & 16 else 0)
