"""Languages of a call: the locales of the official types, named in English."""

from inspralv.providers.contract import Choice

NAMES = {
    "en-US": "English (United States)", "en-GB": "English (United Kingdom)", "en-AU": "English (Australia)",
    "en-NZ": "English (New Zealand)", "en-IN": "English (India)", "af-ZA": "Afrikaans", "ar-SA": "Arabic",
    "hy-AM": "Armenian", "az-AZ": "Azerbaijani", "bs-BA": "Bosnian", "bg-BG": "Bulgarian", "yue-CN": "Cantonese",
    "ca-ES": "Catalan", "zh-CN": "Chinese", "hr-HR": "Croatian", "cs-CZ": "Czech", "da-DK": "Danish",
    "nl-NL": "Dutch", "nl-BE": "Dutch (Belgium)", "fil-PH": "Filipino", "fi-FI": "Finnish", "fr-FR": "French",
    "fr-CA": "French (Canada)", "gl-ES": "Galician", "de-DE": "German", "el-GR": "Greek", "he-IL": "Hebrew",
    "hi-IN": "Hindi", "hu-HU": "Hungarian", "is-IS": "Icelandic", "id-ID": "Indonesian", "it-IT": "Italian",
    "ja-JP": "Japanese", "kn-IN": "Kannada", "kk-KZ": "Kazakh", "ko-KR": "Korean", "lv-LV": "Latvian",
    "lt-LT": "Lithuanian", "mk-MK": "Macedonian", "ms-MY": "Malay", "mr-IN": "Marathi", "ne-NP": "Nepali",
    "no-NO": "Norwegian", "fa-IR": "Persian", "pl-PL": "Polish", "pt-PT": "Portuguese", "pt-BR": "Portuguese (Brazil)",
    "ro-RO": "Romanian", "ru-RU": "Russian", "sr-RS": "Serbian", "sk-SK": "Slovak", "sl-SI": "Slovenian",
    "es-ES": "Spanish", "es-419": "Spanish (Latin America)", "sw-KE": "Swahili", "sv-SE": "Swedish", "ta-IN": "Tamil",
    "th-TH": "Thai", "tr-TR": "Turkish", "uk-UA": "Ukrainian", "ur-IN": "Urdu", "vi-VN": "Vietnamese",
    "cy-GB": "Welsh",
}  # fmt: skip
CHOICES = tuple(Choice(code, name) for code, name in NAMES.items())
USUAL = "en-US"
"""What the vendor takes when an agent names none."""


def language_json(language: str | None) -> str | list[str]:
    """One locale, or several with commas between them."""
    codes = (language or USUAL).split(",")
    return codes[0] if len(codes) == 1 else codes


def language_of(value: object) -> str | None:
    if isinstance(value, list):
        return ",".join(str(code) for code in value) or None
    return str(value) if value else None
