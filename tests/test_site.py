"""The documentation as a site: it builds without a warning, each link leads somewhere, nothing is loaded from elsewhere, and it can be searched."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import html5lib
import pytest

from dynalint.rule import rules
from tests.browser import Tab, chromium, tab
from tests.marked import ROOT
from tests.programs import python

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built site."""
    pytest.importorskip("mkdocs", reason="the extra docs is not installed")
    folder = tmp_path_factory.mktemp("site")
    run = python("-m", "mkdocs", "build", "--strict", "--quiet", "-f", "docs/site/mkdocs.yml", "-d", str(folder), cwd=ROOT)
    assert run.returncode == 0, run.stdout + run.stderr
    return folder


def trees(site: Path) -> dict[Path, Any]:
    return {path: html5lib.parse(path.read_text("utf8"), namespaceHTMLElements=False) for path in sorted(site.rglob("*.html"))}


def test_every_page_is_there(site: Path) -> None:
    pages = {path.relative_to(ROOT / "docs").with_suffix(".html") for path in (ROOT / "docs").rglob("*.md")}
    assert {path.relative_to(site) for path in site.rglob("*.html")} == {*pages, Path("404.html")}
    start = (site / "index.html").read_text("utf8")
    assert all(f'href="rules/{rule.code}.html"' in start for rule in rules())
    assert not [path for path in site.rglob("*") if path.suffix in {".py", ".yml"} and path.name != "fleet.py"]


def test_links_and_what_is_loaded(site: Path) -> None:
    """Links to other hosts are for readers; what a page loads by itself comes from the site."""
    parsed = trees(site)
    marks = {page: {node.get("id") for node in tree.iter() if node.get("id")} for page, tree in parsed.items()}
    for page, tree in parsed.items():
        if page.name == "404.html":
            continue
        for node in tree.iter():
            address = node.get("src") or (node.get("href") if node.tag in {"a", "link"} else None)
            if not address or address.startswith(("data:", "javascript:")):
                continue
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                assert node.tag == "a" and parts.scheme == "https", f"{page.name} loads {address}"  # noqa: PT018
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            if target.is_dir():
                target /= "index.html"
            assert target.is_file(), f"{page.name}: {address}"
            if parts.fragment and target in marks and not parts.fragment.startswith("__"):
                assert unquote(parts.fragment) in marks[target], f"{page.name}: {address}"
    for style in site.rglob("*.css"):
        assert "url(http" not in style.read_text("utf8")


class Quiet(SimpleHTTPRequestHandler):
    """Says nothing of what it serves."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Tab]:
    if chromium() is None:
        pytest.skip("there is no Chromium here")
    with tab(tmp_path) as page:
        yield page


def test_search_finds_rules_and_nothing_is_loaded_from_elsewhere(address: str, page: Tab) -> None:
    page.look(1440, 1000)
    page.open(f"{address}/index.html")
    for words, code in (("reserved word", "DYN601"), ("ttl milliseconds", "DYN204"), ("DYN401", "DYN401")):
        page.run("document.querySelector('.md-search__input').value = ''")
        page.run("document.querySelector('.md-search__input').focus()")
        page.type(words)
        page.until(f"!!document.querySelector('.md-search-result__link[href*=\"{code}.html\"]')")
    assert not [each for each in page.requests if not each.startswith((address, "data:", "blob:"))]


@pytest.mark.parametrize("width", [1440, 390], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_fit_their_screen_in_the_scheme_that_the_reader_likes(address: str, page: Tab, width: int, scheme: str) -> None:
    page.look(width, 900, scheme)
    for name in ("index", "rules/DYN401", "usage", "api"):
        page.open(f"{address}/{name}.html")
        assert page.run("document.documentElement.scrollWidth <= innerWidth"), name
        light = page.run("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).every(part => part > 128)")
        assert light == (scheme == "light")
