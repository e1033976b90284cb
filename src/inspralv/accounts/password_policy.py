"""What a password must be: 12–128 characters of four classes, not a common word, not the person's own name.

Long and unguessable is what counts (NIST SP 800-63B, 5.1.1.2); the classes are what the sign-up form promises.
"""

from __future__ import annotations

import re

SHORTEST, LONGEST = 12, 128
_SHORTEST_NAME = 3
_UNDONE = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "@": "a", "$": "s", "!": "i"})
_CLASSES = (
    (re.compile(r"[a-z]"), "a lower-case letter"),
    (re.compile(r"[A-Z]"), "an upper-case letter"),
    (re.compile(r"\d"), "a digit"),
    (re.compile(r"[^A-Za-z0-9]"), "a symbol"),
)
# Passwords at least this common are tried first by everybody who guesses.
_COMMON = frozenset(
    """
    password passwort passw0rd pass word welcome letmein login admin administrator root user guest master secret access
    changeme default temp temporary test testing demo example sample qwerty qwertz azerty asdfgh zxcvbn qazwsx iloveyou
    sunshine princess dragon monkey football baseball basketball hockey soccer superman batman spiderman starwars pokemon
    michael jennifer jessica ashley daniel charlie thomas jordan george andrew michelle summer winter spring autumn monday
    friday january december computer internet server database network samsung google facebook microsoft windows apple
    iphone android money dollar business company freedom forever whatever hello hellothere trustno killer ginger pepper
    cookie chocolate cheese banana orange purple silver golden diamond phoenix tiger eagle falcon shadow hunter ranger
    harley mustang ferrari porsche mercedes corvette yankees lakers arsenal liverpool chelsea matrix merlin maverick
    """.split()
)


def find_faults(password: str, *, email: str = "", names: tuple[str, ...] = ()) -> list[str]:
    """Return every reason to refuse a password, as sentences; an empty list when it is fine."""
    faults = []
    if not SHORTEST <= len(password) <= LONGEST:
        faults.append(f"Use {SHORTEST} to {LONGEST} characters.")
    missing = [name for pattern, name in _CLASSES if not pattern.search(password)]
    if missing:
        faults.append(f"Add {_listed(missing)}.")
    if _is_common(password):
        faults.append("This is one of the passwords that are guessed first.")
    own = [part for part in (email.partition("@")[0], *names) if len(part) >= _SHORTEST_NAME]
    if any(part.lower() in password.lower() for part in own):
        faults.append("Do not use your own name or address.")
    return faults


def _is_common(password: str) -> bool:
    """A common word stays common with digits around it and letters swapped for look-alikes."""
    plain = password.lower()
    cores = {plain, plain.strip("0123456789!@#$%^&*()-_=+.,;:?"), plain.translate(_UNDONE)}
    cores |= {re.sub(r"[^a-z]", "", core) for core in (plain, plain.translate(_UNDONE), plain.rstrip("0123456789!@#$%.-_").translate(_UNDONE))}
    return any(core in _COMMON or _repeats(core) for core in cores if core)


def _repeats(core: str) -> bool:
    """The same word again and again, such as "passwordpassword"."""
    return any(core == word * (len(core) // len(word)) for word in _COMMON if len(core) % len(word) == 0)


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
