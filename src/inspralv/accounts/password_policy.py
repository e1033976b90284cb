"""What a password must be: 12–128 characters of four classes, not a common word, not the person's own name.

Long and unguessable is what counts (NIST SP 800-63B, 5.1.1.2); the classes are what the sign-up form promises.
`web/src/ui/strength.ts` shows the same points and classes while somebody types; a test compares both.
"""

from __future__ import annotations

import re
from itertools import groupby

from inspralv.foundation.language.texts import N_, _, said

SHORTEST, LONGEST = 12, 128
_SHORTEST_NAME = 3
_LENGTHS = (8, 12, 16, 20)  # a point for each that is reached
_ENOUGH_CLASSES = 3
_REPEATED = 3  # the same character so often in a row
_RUN = re.compile(r"abc|bcd|cde|xyz|123|234|345|456|567|678|789", re.IGNORECASE)
_LABELS = ((2, N_("Very weak")), (4, N_("Weak")), (6, N_("Fair")), (8, N_("Strong")), (10, N_("Very strong")))
_CLASSES = (
    (re.compile(r"[a-z]"), N_("a lower-case letter")),
    (re.compile(r"[A-Z]"), N_("an upper-case letter")),
    (re.compile(r"[0-9]"), N_("a digit")),
    (re.compile(r"[^A-Za-z0-9]"), N_("a symbol")),
)
_LOOK_ALIKES = {"0": "o", "3": "e", "4": "a", "5": "s", "@": "a", "$": "s"}
_UNDONE = tuple(str.maketrans({**_LOOK_ALIKES, "1": tall, "!": tall}) for tall in "il")

# Everybody who guesses tries these first, with digits and symbols around them and letters swapped for look-alikes.
COMMON = frozenset(
    """
    password passwort pass word passphrase welcome willkommen letmein login logon signin admin administrator root user
    guest master secret access changeme change default temp temporary test testing demo example sample qwerty qwertz
    azerty asdfgh asdf zxcvbn qazwsx qwertyuiop iloveyou love sunshine princess dragon monkey football baseball
    basketball hockey soccer superman batman spiderman starwars pokemon michael jennifer jessica ashley daniel charlie
    thomas jordan george andrew michelle robert summer winter spring autumn monday tuesday wednesday thursday friday
    saturday sunday january february march april june july august september october november december computer internet
    server database network system manager samsung google facebook microsoft windows apple iphone android money dollar
    business company office freedom forever whatever hello nothing trustno killer ginger pepper cookie chocolate cheese
    banana orange purple silver golden diamond phoenix tiger eagle falcon shadow hunter ranger harley mustang ferrari
    porsche mercedes corvette yankees lakers arsenal liverpool chelsea matrix merlin maverick abc abcd abcdef
    """.split()  # noqa: SIM905 - a list to read, not a hundred lines
)


def find_faults(password: str, *, email: str = "", names: tuple[str, ...] = ()) -> list[str]:
    """Return every reason to refuse a password, as sentences; an empty list when it is fine."""
    faults = []
    if not SHORTEST <= len(password) <= LONGEST:
        faults.append(_("Use %(shortest)s to %(longest)s characters.", shortest=SHORTEST, longest=LONGEST))
    missing = [said(name) for pattern, name in _CLASSES if not pattern.search(password)]
    if missing:
        faults.append(_("Add %(missing)s.", missing=_listed(missing)))
    if is_common(password):
        faults.append(_("This is one of the passwords that are guessed first."))
    own = [part for part in (email.partition("@")[0], *names) if len(part) >= _SHORTEST_NAME]
    if any(part.lower() in password.lower() for part in own):
        faults.append(_("Do not use your own name or address."))
    return faults


def is_common(password: str) -> bool:
    """Whether it is nothing but common words, with digits and symbols around them and look-alikes for letters."""
    plain = password.lower()
    readings = [plain.translate(undone) for undone in _UNDONE]
    passed = {0: False}  # up to where it is explained, and whether by a word
    for at, character in enumerate(plain):
        if at not in passed:
            continue
        if not ("a" <= character <= "z"):
            passed[at + 1] = passed.get(at + 1, False) or passed[at]
        for word in COMMON:
            if any(reading.startswith(word, at) for reading in readings):
                passed[at + len(word)] = True
    return passed.get(len(plain), False)


def strength(password: str) -> int:
    """Return 0–10 points: for length, for classes, for mixing them; less for repeats, runs and a single class."""
    if not password:
        return 0
    classes = sum(bool(pattern.search(password)) for pattern, _rest in _CLASSES)
    points = sum(len(password) >= length for length in _LENGTHS) + classes
    points += (classes >= _ENOUGH_CLASSES) + (classes == len(_CLASSES))
    points -= any(len(list(same)) >= _REPEATED for _rest, same in groupby(password))
    points -= (classes == 1) + bool(_RUN.search(password))
    return max(0, min(10, points))


def strength_label(points: int) -> str:
    """Return what people call so many points."""
    return next(said(label) for most, label in _LABELS if points <= most)


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else _("%(words)s and %(last)s", words=", ".join(words[:-1]), last=words[-1])
