"""Voices that need no account with their maker. Vapi has no public way to ask for the voices of an account.

The ElevenLabs voices are the maker's stock voices by id; the others are the names Vapi's schemas list.
"""

from typing import Literal

from inspralv.providers.contract import Voice

DEFAULT_VOICE_ID = "21m00Tcm4TlvDq8ikWAM"

Gender = Literal["female", "male"]

ELEVENLABS: tuple[tuple[str, str, Gender, str], ...] = (
    (DEFAULT_VOICE_ID, "Rachel", "female", "American"),
    ("29vD33N1CtxCmqQRPOHJ", "Drew", "male", "American"),
    ("2EiwWnXFnvU5JabPnv8n", "Clyde", "male", "American"),
    ("5Q0t7uMcjvnagumLfvZi", "Paul", "male", "American"),
    ("AZnzlk1XvdvUeBnXmlld", "Domi", "female", "American"),
    ("CYw3kZ02Hs0563khs1Fj", "Dave", "male", "British"),
    ("D38z5RcWu1voky8WS1ja", "Fin", "male", "Irish"),
    ("EXAVITQu4vr4xnSDxMaL", "Bella", "female", "American"),
    ("ErXwobaYiN019PkySvjV", "Antoni", "male", "American"),
    ("GBv7mTt0atIp3Br8iCZE", "Thomas", "male", "American"),
    ("IKne3meq5aSn9XLyUdCD", "Charlie", "male", "Australian"),
    ("LcfcDJNUP1GQjkzn1xUU", "Emily", "female", "American"),
    ("MF3mGyEYCl7XYWbV9V6O", "Elli", "female", "American"),
    ("N2lVS1w4EtoT3dr4eOWO", "Callum", "male", "Transatlantic"),
    ("ODq5zmih8GrVes37Dizd", "Patrick", "male", "American"),
    ("SOYHLrjzK2X1ezoPC6cr", "Harry", "male", "American"),
    ("TxGEqnHWrfWFTfGW9XjX", "Josh", "male", "American"),
    ("VR6AewLTigWG4xSOukaG", "Arnold", "male", "American"),
    ("XB0fDUnXU5powFXDhCwa", "Charlotte", "female", "Swedish"),
    ("XrExE9yKIg1WjnnlVkGX", "Matilda", "female", "American"),
    ("ZQe5CZNOzWyzPSCn5a3c", "James", "male", "Australian"),
    ("Zlb1dXrM653N07WRdFW3", "Joseph", "male", "British"),
    ("pNInz6obpgDQGcFmaJgB", "Adam", "male", "American"),
    ("yoZ06aMxZJJ28mfd3POQ", "Sam", "male", "American"),
)
NAMED = {
    "openai": "alloy echo fable onyx nova shimmer marin cedar",
    "azure": "andrew brian emma",
    "deepgram": "asteria luna stella athena hera orion arcas perseus angus orpheus helios zeus thalia andromeda helena "
    "apollo aries aurora callista cora delia draco electra harmonia hermes hyperion iris janus juno jupiter mars "
    "minerva neptune odysseus ophelia pandora phoebe pluto saturn selene theia vesta",
}

VOICES: tuple[Voice, ...] = (
    *(
        Voice(provider="elevenlabs", id=id_, name=name, gender=gender, accent=accent)
        for id_, name, gender, accent in ELEVENLABS
    ),
    *(Voice(provider=maker, id=name, name=name.title()) for maker, names in NAMED.items() for name in names.split()),
)
