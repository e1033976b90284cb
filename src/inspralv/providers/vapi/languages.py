"""Languages by transcriber maker, from the enums of Vapi's public schemas; the names are English."""

from inspralv.providers.contract import Choice

NAMES = {
    "multi": "Several languages", "af": "Afrikaans", "ar": "Arabic", "az": "Azerbaijani", "be": "Belarusian",
    "bg": "Bulgarian", "bn": "Bengali", "bs": "Bosnian", "ca": "Catalan", "cs": "Czech", "cy": "Welsh", "da": "Danish",
    "de": "German", "de-CH": "German (Switzerland)", "el": "Greek", "en": "English", "en-AU": "English (Australia)",
    "en-CA": "English (Canada)", "en-GB": "English (United Kingdom)", "en-IE": "English (Ireland)",
    "en-IN": "English (India)", "en-NZ": "English (New Zealand)", "en-US": "English (United States)", "es": "Spanish",
    "es-419": "Spanish (Latin America)", "et": "Estonian", "fa": "Persian", "fi": "Finnish", "fr": "French",
    "fr-CA": "French (Canada)", "gl": "Galician", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian",
    "hy": "Armenian", "id": "Indonesian", "is": "Icelandic", "it": "Italian", "ja": "Japanese", "kk": "Kazakh",
    "kn": "Kannada", "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian", "mi": "Māori", "mk": "Macedonian",
    "mr": "Marathi", "ms": "Malay", "ne": "Nepali", "nl": "Dutch", "nl-BE": "Dutch (Belgium)", "no": "Norwegian",
    "pl": "Polish", "pt": "Portuguese", "pt-BR": "Portuguese (Brazil)", "pt-PT": "Portuguese (Portugal)",
    "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sl": "Slovenian", "sr": "Serbian", "sv": "Swedish",
    "sw": "Swahili", "ta": "Tamil", "te": "Telugu", "th": "Thai", "tl": "Tagalog", "tr": "Turkish", "uk": "Ukrainian",
    "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese", "zh-CN": "Chinese (Mainland)", "zh-HK": "Chinese (Hong Kong)",
    "zh-TW": "Chinese (Taiwan)",
}  # fmt: skip

DEEPGRAM = (
    "multi en en-US en-GB en-AU en-CA en-IE en-IN en-NZ ar az be bg bn bs ca cs da de de-CH el es es-419 et fa fi fr "
    "fr-CA he hi hr hu id is it ja kn ko lt lv mk mr ms nl nl-BE no pl pt pt-BR pt-PT ro ru sk sl sr sv ta te th tl tr "
    "uk ur vi zh zh-CN zh-HK zh-TW"
)
OPENAI = (
    "en af ar az be bg bs ca cs cy da de el es et fa fi fr gl he hi hr hu hy id is it ja kk kn ko lt lv mi mk mr ms ne "
    "nl no pl pt ro ru sk sl sr sv sw ta th tl tr uk ur vi zh"
)

LANGUAGES = {
    maker: tuple(Choice(code, NAMES[code]) for code in codes.split())
    for maker, codes in {"deepgram": DEEPGRAM, "assemblyai": "en multi", "openai": OPENAI}.items()
}
