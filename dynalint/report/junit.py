"""Turns findings into JUnit's XML: a suite for each file, and in it a failed test for each finding."""

from __future__ import annotations

from itertools import groupby
from xml.etree import ElementTree as ET

from dynalint.findings import Finding
from dynalint.pages import page
from dynalint.report import Report, Result
from dynalint.report.text import line
from dynalint.terminal import visible


def render(report: Report) -> str:
    """One document in ASCII, whatever the output's encoding. A run without findings is one test that passes: readers take no tests for an error."""
    total = sum(1 for _ in report.findings)
    root = ET.Element("testsuites", name="dynalint", tests=str(total or 1), failures=str(total), errors="0")
    for path, group in groupby(report.findings, key=lambda each: report.relative(each[0].path)):
        findings = list(group)
        suite = ET.SubElement(root, "testsuite", name=visible(path), tests=str(len(findings)), failures=str(len(findings)), errors="0")
        for result, finding in findings:
            _case(suite, path, result, finding)
    if not total:
        suite = ET.SubElement(root, "testsuite", name="dynalint", tests="1", failures="0", errors="0")
        ET.SubElement(suite, "testcase", name=report.summary.rstrip("."), classname="dynalint")
    ET.indent(root)
    data: bytes = ET.tostring(root, encoding="us-ascii", xml_declaration=True)
    return data.decode("ascii") + "\n"


def _case(suite: ET.Element, path: str, result: Result, finding: Finding) -> None:
    """One finding. XML knows no control characters, so they are escaped here too."""
    about = page(finding.code)
    place = f"line {finding.span.line}, column {finding.span.column + 1}" + ("" if result.cell is None else f", cell {result.cell}")
    name = f"{finding.code} {about.name} ({place})"
    case = ET.SubElement(suite, "testcase", name=name, classname=visible(path), file=visible(path), line=str(finding.span.line))
    failure = ET.SubElement(case, "failure", type=finding.code, message=visible(finding.message))
    failure.text = line(result.place, finding)
