"""Letters on a narrow phone, in a brand that makes it hard: nothing sticks out, no logo is bent, dark devices or not."""

from __future__ import annotations

import base64
import io

import msgspec
import pytest
from PIL import Image
from playwright.async_api import Browser
from tests.branding.test_letter_parts import SAMPLES, brand, composed

from inspralv.assembly import SLICES, build_renderer
from inspralv.foundation.mail.mailer import Mailer
from inspralv.shell.assets import Assets

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft & Co. KG"
WIDE = (640, 40)
_LOOK = """() => ({
  wide: document.scrollingElement.scrollWidth, logo: [...document.images].map(i => i.width / i.height),
  ink: getComputedStyle(document.querySelector('h1')).color, paper: getComputedStyle(document.body).backgroundColor,
})"""


def _logo() -> str:
    out = io.BytesIO()
    Image.new("RGB", WIDE, (255, 255, 0)).save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_letters_fit(chromium: Browser, *, dark: bool) -> None:
    mailer = Mailer(build_renderer(SLICES, Assets()).engine, "Platform <mail@platform.test>")
    page = await chromium.new_page(viewport={"width": 320, "height": 700}, color_scheme="dark" if dark else "light")
    for logo in (None, _logo()):
        shown = msgspec.structs.replace(
            brand("de", "#ffff00", logo), name=LONG, footer_text=LONG, support_email=f"{'hilfe.' * 9}x@agentur.example"
        )
        for sample in SAMPLES:
            await page.set_content(composed(mailer, sample, shown).html)
            seen = await page.evaluate(_LOOK)
            assert seen["wide"] == 320, sample.template
            assert seen["logo"] == ([] if logo is None else [pytest.approx(WIDE[0] / WIDE[1], rel=0.02)])
            assert (seen["ink"], seen["paper"]) == ("rgb(24, 24, 27)", "rgb(244, 244, 245)")
    await page.close()
