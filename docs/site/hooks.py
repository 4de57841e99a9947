"""Turns README.md into the first page of the site, and the rules into its navigation: what mkdocs calls while it builds."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[2]
RULES = "rules/index.md"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Every rule has its place in the navigation, below the index of the rules and chapter by chapter as there; and so has each page that it does not name."""
    docs = Path(config.docs_dir)
    unnamed = [path.name for path in sorted(docs.glob("*.md")) if path.name not in str(config.nav)]
    sections = {name: pages for each in config.nav or [] for name, pages in each.items()}
    sections["Rules"] = [RULES, *rule_pages((docs / RULES).read_text(encoding="utf8"))]
    sections["Inside"] = [*sections["Inside"], *unnamed]
    config.nav = [{name: pages} for name, pages in sections.items()]
    return config


def rule_pages(index: str) -> list[dict[str, Any]]:
    """The chapters of the index of the rules, with the pages that their tables link to."""
    chapters: dict[str, list[dict[str, str]]] = {}
    for chapter, code, page, name in re.findall(r"^## (.+)$|^\| \[(\w+)\]\((.+?)\) \| (.+?) \|", index, re.MULTILINE):
        if chapter:
            pages = chapters.setdefault(chapter, [])
        else:
            pages.append({f"{code} {name}": f"rules/{page}"})
    return [{chapter: pages} for chapter, pages in chapters.items() if pages]


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """docs/index.md lists the pages, which here the navigation does: README.md takes its place."""
    index = files.get_file_from_path("index.md")
    if index is not None:
        files.remove(index)
    files.append(File.generated(config, "index.md", content=from_docs((ROOT / "README.md").read_text(encoding="utf8"))))
    return files


def from_docs(text: str) -> str:
    """README.md, its links those of a file in docs/."""
    return re.sub(r"(?<=\]\()docs/", "", text)
