"""What a password must be."""

from __future__ import annotations

import pytest

from inspralv.accounts.password_policy import COMMON, find_faults, is_common, strength, strength_label


@pytest.mark.parametrize(
    "password", ["Try-Inspralv-2026", "Quiet-Harbour-71", "a" * 64 + "A1!", "Mond über der Stadt 7", "xK7!" * 32]
)
def test_good_passwords(password: str) -> None:
    assert find_faults(password, email="nora@new.test", names=("Nora", "Quill")) == []


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("Sh0rt-pass!", ["Use 12 to 128"]), ("xK7!" * 32 + "x", ["Use 12 to 128"]),
        ("", ["Use 12", "Add a lower-case letter, an upper-case letter, a digit and a symbol"]),
        ("quiet-harbour-71", ["Add an upper-case letter."]), ("QUIET-HARBOUR-71", ["Add a lower-case letter."]),
        ("Quiet-Harbour-x", ["Add a digit."]), ("QuietHarbour71", ["Add a symbol."]),
        ("quietharbourlane", ["Add an upper-case letter, a digit and a symbol."]),
        ("Password2026!", ["guessed first"]), ("P@ssw0rd2024!", ["guessed first"]), ("!!Welc0me-1234", ["guessed first"]),
        ("Passw0rd-Passw0rd", ["guessed first"]), ("Summer-Winter-1", ["guessed first"]), ("1L0v3y0u-2026", ["guessed first"]),
        ("NORA-harbour-71", ["own name"]), ("Harbour-71-quill", ["own name"]), ("Nora.Mail-71-x", ["own name"]),
    ],
)  # fmt: skip
def test_bad_passwords(password: str, words: list[str]) -> None:
    faults = find_faults(password, email="nora.mail@new.test", names=("Nora", "Quill"))
    assert len(faults) == len(words), faults
    for fault, told in zip(faults, words, strict=True):
        assert told in fault


def test_short_names_do_not_count() -> None:
    assert find_faults("Quiet-Harbour-71", email="ar@new.test", names=("Qu", "")) == []


def test_every_common_word_is_refused_however_it_is_dressed() -> None:
    assert len(COMMON) >= 85
    looks = str.maketrans("oaes", "0@3$")
    for word in COMMON:
        assert is_common(f"{word.title()}-2026!"), word
        assert is_common(f"12{word.translate(looks)}!"), word
    assert is_common("We1come2026!")
    assert not is_common("Welcome-Nightingale-1")
    assert not is_common("2026-07-31!!")


@pytest.mark.parametrize(
    ("password", "points"),
    [
        ("", 0), ("aaaa", 0), ("password", 1), ("abcdefgh", 0), ("12345678", 0), ("Passw0rd", 5), ("Quiet-Harbour-71", 9),
        ("Quiet-Harbour-7123", 8), ("Quiet-Harbour-Lane-71", 10), ("Quiet-Harbour-Laaane-71", 9),
    ],
)  # fmt: skip
def test_strength(password: str, points: int) -> None:
    assert strength(password) == points


def test_labels() -> None:
    assert [strength_label(n) for n in range(11)] == [
        "Very weak", "Very weak", "Very weak", "Weak", "Weak", "Fair", "Fair", "Strong", "Strong", "Very strong", "Very strong",
    ]  # fmt: skip
