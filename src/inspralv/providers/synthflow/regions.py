"""The three parts of the vendor's world. They share nothing: a key of one is refused by the others with 401."""

from typing import Literal, get_args

from inspralv.providers.base_urls import BaseUrls

Region = Literal["global", "us", "eu"]
REGIONS: tuple[Region, ...] = get_args(Region)
LABELS: dict[Region, str] = {"global": "Global", "us": "United States", "eu": "Europe"}
VENDOR_URLS: dict[Region, str] = {
    "global": "https://api.synthflow.ai",
    "us": "https://api.us.synthflow.ai",
    "eu": "https://api.eu.synthflow.ai",
}
WIDGET_URL = "https://widget.synthflow.ai"


def addresses(base_urls: BaseUrls) -> dict[Region, str]:
    return {region: base_urls.of("synthflow", region) or url for region, url in VENDOR_URLS.items()}


def widget_of(base_url: str) -> str:
    """A stand-in is the host of its widget, too."""
    return WIDGET_URL if base_url in VENDOR_URLS.values() else base_url
