"""Every frame draws what it is given, and nothing that it is not given."""

from __future__ import annotations

import html
import json
import re

import pytest
from tests.shell.samples import BRAND, DOC, TEMPLATES, engine, frame, visitor

from inspralv.foundation.web.charts import Series, area_chart, donut
from inspralv.shell.frame import Brand, ErrorPage, LandingPage, SearchHit, SearchResults, Shell

_CHILD = "{% extends layout %}{% block main %}<h1>Inside</h1>{% endblock %}"


def _draw(layout: str, shell: Shell) -> str:
    return engine().environment.from_string(_CHILD).render(layout=f"layouts/{layout}.html", doc=DOC, shell=shell)


@pytest.mark.parametrize(
    ("layout", "shell"),
    [
        ("app", frame()),
        ("org", frame(base="/org", workspace=None, workspaces=(), events_url=None, search_url=None, new_item=None)),
        ("auth", visitor()),
        ("public", visitor()),
    ],
)
def test_every_frame_draws(layout: str, shell: Shell) -> None:
    page = _draw(layout, shell)
    assert page.startswith("<!doctype html>")
    assert "<title>Agents · Acme Voice</title>" in page
    assert page.count("<h1") == 1
    assert page.count("<main") == 1
    assert 'href="#main"' in page
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for pointer in ("aria-labelledby", "aria-controls", "popovertarget", "commandfor"):
        for target in re.findall(rf'\s{pointer}="([^"]+)"', page):
            assert target in ids, f"{pointer} points at {target}, which is not there"


def test_the_workspace_frame_shows_navigation_and_people() -> None:
    page = _draw("app", frame())
    assert 'href="/w/clinic/agents" aria-current="page" data-hotkey="g a"' in page
    assert 'hx-sse:connect="/w/clinic/events"' in page
    assert 'hx-get="/w/clinic/search"' in page
    assert 'action="/api/auth/signout"' in page
    assert "mia@acme.test" in page
    assert 'data-island="voice"' in page
    assert "All is well." in page


def test_what_is_not_given_is_not_offered() -> None:
    page = _draw(
        "app", frame(events_url=None, search_url=None, new_item=None, workspace=None, settings_url=None, user=None)
    )
    for absent in (
        "sse:connect",
        "hx-get",
        "data-new-item",
        "New agent",
        "voice-test",
        "user-menu",
        "/w/clinic/settings",
        "/workspace-onboarding",
    ):
        assert absent not in page, absent
    assert "/workspace-onboarding" in _draw("app", frame(can_create_workspace=True))


def test_shortcuts_are_those_that_work_here() -> None:
    listed = _draw("app", frame()).partition('id="shortcuts"')[2].partition("</dialog>")[0]
    assert "Go to Agents" in listed
    assert "Go to Conversations" not in listed


def test_names_are_escaped() -> None:
    page = _draw("app", frame(partner=Brand("<script>alert(1)</script>", "S", "#000000", support_email='"><b>')))
    assert "<script>alert" not in page
    assert "<script>alert" not in _draw(
        "auth", Shell(base="", partner=Brand("<script>alert(1)</script>", "S", "#000000"))
    )


def test_a_logo_takes_the_place_of_initials() -> None:
    page = _draw("auth", Shell(base="", partner=Brand("Acme", "A", "#000000", "https://cdn.acme.test/logo.png")))
    assert 'src="https://cdn.acme.test/logo.png"' in page


def test_every_word_that_scripts_look_up_is_given() -> None:
    """The words in the head and those of the voice dialog, against the keys in the scripts."""
    page = _draw("app", frame())
    given = json.loads(html.unescape(re.findall(r"<meta name=\"words\" content='([^']*)'", page)[0]))
    web = TEMPLATES.parents[3] / "web" / "src"
    scripts = "\n".join(path.read_text() for path in web.glob("ui/*.ts"))
    calls = re.findall(r"\bword\(([^)]*)\)", scripts)
    asked = {key for call in calls for key in re.findall(r"'(\w+)'", call)}
    asked |= set(re.findall(r"'(\w+)'", re.findall(r"const LABELS = \[(.*?)\]", scripts)[0]))
    assert len(asked) > 15
    assert asked == given.keys()
    spoken = json.loads(html.unescape(re.findall(r"data-words='([^']*)'", page)[0]))
    assert {"idle", "connecting", "live", "ended", "failed", "start", "again", "agent", "caller"} <= spoken.keys()
    assert {"microphone", "network", "refused"} <= spoken.keys()


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 429, 500, 503])
def test_the_error_page_says_what_happened_and_leads_on(status: int) -> None:
    page = engine().render(
        "pages/error.html", doc=DOC, shell=visitor(), vm=ErrorPage(status, "It broke", "Because.", "r-1")
    )
    assert "<h1>It broke</h1>" in page
    assert "Because." in page
    assert ("r-1" in page) == (status >= 500)
    assert BRAND.name in page
    assert 'href="/"' in page


def test_the_landing_page_leads_on_and_shows_the_product_in_the_colours_of_agencies() -> None:
    page = engine().render("pages/landing.html", doc=DOC, shell=visitor(), vm=LandingPage(("/a.svg", "/b.svg")))
    assert page.count("<article>") == 6
    assert all(f'href="{path}"' in page for path in ("/signup", "/login", "/pricing", "/request-partner"))
    assert all(f'src="{path}"' in page for path in ("/a.svg", "/b.svg"))
    assert BRAND.name in page


def test_search_results_are_options_of_the_palette() -> None:
    hits = SearchResults((SearchHit("Front <desk>", "Agent", "/w/clinic/agents/1", "bot"),))
    part = engine().render("partials/search.html", vm=hits)
    assert 'role="option"' in part
    assert "Front &lt;desk&gt;" in part
    assert engine().render("partials/search.html", vm=SearchResults(())).strip() == ""


def _macro(name: str, *args: object) -> str:
    return str(getattr(engine().environment.get_template("ui/kit.html").module, name)(*args))


@pytest.mark.parametrize(
    "status", ["queued", "ringing", "in_progress", "completed", "failed", "no_answer", "busy", "canceled"]
)
def test_every_call_state_has_a_badge(status: str) -> None:
    assert re.search(r'data-c="\w+">\w+', _macro("call_status", status))


@pytest.mark.parametrize("status", ["not_synced", "pending", "synced", "error"])
def test_every_sync_state_has_a_badge(status: str) -> None:
    assert re.search(r'data-c="\w+">\w+', _macro("sync_status", status))


def test_a_field_ties_its_label_and_its_message() -> None:
    field = _macro("field", "config.voice_id", "Voice", "", "Pick one.", "There is no such voice.")
    assert '<label for="f-config-voice_id">' in field
    assert 'aria-invalid="true" aria-describedby="e-config-voice_id"' in field
    assert 'id="e-config-voice_id" role="alert"' in field
    assert "Pick one." not in field


def test_a_chart_is_also_a_table() -> None:
    chart = area_chart("Calls", ["Mon", "Tue"], [Series("Done", (3.0, 1250.0))], summary="1,253 in all.")
    drawn = _macro("area_chart", chart, "c")
    assert "<td>1,250</td>" in drawn
    assert "1,253 in all." in drawn
    assert 'fill="url(#c-g1)"' in drawn


def test_a_donut_of_nothing_says_so() -> None:
    assert "<svg" in _macro("donut", donut([("Done", 3, "chart-1")]), "Outcomes")
    assert "No finished calls" in _macro("donut", donut([("Done", 0, "chart-1")]), "Outcomes")
