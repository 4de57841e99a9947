"""What a file takes from other modules of its project is known; nothing outside of the project is read, and nothing is run."""

from __future__ import annotations

import ast
import os
import textwrap
from pathlib import Path

import pytest

from dynalint.engine import check
from dynalint.imports import read
from dynalint.model.tree import Chunk, walk
from dynalint.options import Options
from dynalint.outline import brief, outline
from dynalint.surroundings import Surroundings

SCAN = """
def active():
    return [user for user in {handle}.scan()["Items"] if user["active"]]
"""
TABLE = 'import boto3\nstore = boto3.resource("dynamodb").Table("users")\n'
WAYS = {
    "a sibling": ({"db.py": TABLE}, "from db import store", "store"),
    "under another name": ({"db.py": TABLE}, "from db import store as things", "things"),
    "a module": ({"db.py": TABLE}, "import db", "db.store"),
    "a dotted module": ({"data/db.py": TABLE}, "import data.db as where", "where.store"),
    "a namespace package": ({"data/db.py": TABLE}, "from data.db import store", "store"),
    "a package's own name": ({"data/__init__.py": TABLE}, "from data import store", "store"),
    "a re-export": ({"data/__init__.py": "from .db import store", "data/db.py": TABLE}, "from data import store", "store"),
    "a re-export of all": ({"data/__init__.py": "from .db import *", "data/db.py": TABLE}, "from data import store", "store"),
    "all names": ({"db.py": TABLE}, "from db import *", "store"),
    "a source folder": ({"src/data/db.py": TABLE}, "from data.db import store", "store"),
    "a factory": ({"db.py": TABLE + "def get(): return store"}, "from db import get", "get()"),
    "a class": ({"db.py": TABLE + "class Base:\n    def __init__(self): self.things = store"}, "from db import Base", "Base().things"),
    "a condition": ({"db.py": TABLE}, "try:\n    from db import store\nexcept ImportError:\n    store = None", "store"),
    "an import in the function": ({"db.py": TABLE}, "def handle():\n    from db import store\n    return store", "handle()"),
    "a cycle": ({"db.py": "from app import OTHER\n" + TABLE}, "from db import store\nOTHER = 1", "store"),
}


def project(folder: Path, files: dict[str, str]) -> None:
    (folder / ".git").mkdir()
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(textwrap.dedent(text), encoding="utf8")


def codes(path: Path, **options: str) -> list[str]:
    return [finding.code for finding in check(path.read_text(encoding="utf8"), str(path), Options.parse(options), beside=path)]


@pytest.mark.parametrize("way", WAYS)
def test_a_handle_comes_from(way: str, tmp_path: Path) -> None:
    files, imports, handle = WAYS[way]
    project(tmp_path, files | {"app.py": imports + SCAN.format(handle=handle)})
    assert "DYN401" in codes(tmp_path / "app.py")
    assert "DYN401" not in codes(tmp_path / "app.py", follow_imports="no")


@pytest.mark.parametrize("line", ["from .db import store", "from . import db\nstore = db.store", "from ..shop.db import store", "from shop.db import store"])
def test_a_handle_comes_from_the_same_package(line: str, tmp_path: Path) -> None:
    project(tmp_path, {"shop/__init__.py": "", "shop/db.py": TABLE, "shop/app.py": line + SCAN.format(handle="store")})
    assert "DYN401" in codes(tmp_path / "shop/app.py")


def test_a_layer_that_only_the_deployment_puts_on_the_path_is_found(tmp_path: Path) -> None:
    project(tmp_path, {"layers/common/python/shop_db/__init__.py": TABLE, "lambdas/list/app.py": "from shop_db import store" + SCAN.format(handle="store")})
    assert "DYN401" in codes(tmp_path / "lambdas/list/app.py")


def test_a_name_that_several_folders_have_is_nobodys(tmp_path: Path) -> None:
    files = {"one/utils.py": TABLE, "two/utils.py": TABLE, "lambdas/list/app.py": "from utils import store" + SCAN.format(handle="store")}
    project(tmp_path, files)
    assert "DYN401" not in codes(tmp_path / "lambdas/list/app.py")


def test_what_another_module_does_with_a_value_is_known(tmp_path: Path) -> None:
    make = "import time\n\ndef session(user):\n    return {'session_id': user, 'ttl': str(int(time.time()))}\n"
    app = TABLE + "from models import session\n\ndef save(user):\n    store.put_item(Item=session(user))\n"
    project(tmp_path, {"models.py": make, "app.py": app})
    assert codes(tmp_path / "app.py") == ["DYN203"]


def test_a_base_class_of_another_module_holds_the_table(tmp_path: Path) -> None:
    base = TABLE + "class Repository:\n    things = store\n"
    app = "import base\nclass Users(base.Repository):\n    def all(self):\n        return self.things.scan()['Items']\n"
    project(tmp_path, {"base.py": base, "app.py": app})
    assert codes(tmp_path / "app.py") == ["DYN403"]


@pytest.mark.parametrize("broken", ["def (", "\0", "\udcff", "from app import store\nstore = store", "# coding: martian\nstore = 1", "x = " + "(" * 5000])
def test_a_module_that_is_broken_says_nothing(broken: str, tmp_path: Path) -> None:
    project(tmp_path, {"app.py": "from db import store" + SCAN.format(handle="store")})
    (tmp_path / "db.py").write_bytes(broken.encode("utf8", "surrogateescape"))
    assert "DYN401" not in codes(tmp_path / "app.py")


def test_a_finding_never_points_into_another_file(tmp_path: Path) -> None:
    values = "\n" * 50 + "import time\nITEM = {'session_id': 'a',\n        'ttl': str(int(time.time()))}\n"
    project(tmp_path, {"values.py": values, "app.py": TABLE + "from values import ITEM\nstore.put_item(Item=ITEM)\n"})
    path = tmp_path / "app.py"
    found = check(path.read_text(), str(path), beside=path)
    assert [(finding.code, finding.span.line) for finding in found] == [("DYN203", 4)]
    assert all(finding.fix is None for finding in found)


STORE = {
    "store.py": TABLE
    + """
def everybody():
    return store.scan()["Items"]

def find(name):
    return store.get_item(Key={"name": name}).get("Item")

def save(user):
    store.put_item(Item=user)
"""
}


def said(folder: Path, files: dict[str, str]) -> list[tuple[str, str]]:
    project(folder, STORE | files)
    path = folder / "store.py"
    return [(finding.code, finding.message) for finding in check(path.read_text(encoding="utf8"), str(path), beside=path)]


def test_an_item_that_another_module_reads_changes_and_puts_back_is_seen(tmp_path: Path) -> None:
    rename = "import store\n\ndef rename(name, to):\n    user = store.find(name)\n    user['title'] = to\n    store.save(user)\n"
    create = "import store\n\ndef create(name):\n    store.save({'name': name})\n"
    found = said(tmp_path, {"admin.py": rename, "signup.py": create})
    assert [message.partition(":")[0] for code, message in found if code == "DYN507"] == ["rename() has this put back what it read"]


def test_code_outside_of_functions_has_no_name_to_be_told_by(tmp_path: Path) -> None:
    script = 'import store\n\nuser = store.find("ann")\nuser["title"] = "Dr"\nstore.save(user)\n'
    create = "import store\n\ndef create(name):\n    store.save({'name': name})\n"
    found = said(tmp_path, {"script.py": script, "signup.py": create})
    assert [message.partition(":")[0] for code, message in found if code == "DYN507"] == ["the module has this put back what it read"]


@pytest.mark.parametrize(
    ("passed_on", "imports"),
    [
        ("", "from data.store import Store"),
        ("from .store import Store", "from data import Store"),
        ("from .store import Store as Things", "from data import Things as Store"),
        ("from .store import *", "from data import Store"),
    ],
)
def test_an_item_is_seen_where_it_is_written_whoever_passes_the_writer_on(passed_on: str, imports: str, tmp_path: Path) -> None:
    store = TABLE.replace("store =", "table =") + "class Store:\n    def save(self, item):\n        table.put_item(Item=item)\n"
    app = f"{imports}\ndef handle(name):\n    Store().save({{'user_id': name, 'score': 1.5}})\n"
    project(tmp_path, {"data/__init__.py": passed_on, "data/store.py": store, "app.py": app})
    assert codes(tmp_path / "data/store.py") == ["DYN304"]
    assert codes(tmp_path / "data/store.py", follow_imports="no") == []


def test_nothing_outside_of_the_project_is_read(tmp_path: Path) -> None:
    inner = tmp_path / "project"
    inner.mkdir()
    (tmp_path / "db.py").write_text(TABLE)
    project(inner, {"app.py": "from db import store" + SCAN.format(handle="store")})
    assert "DYN401" not in codes(inner / "app.py")
    os.symlink(tmp_path / "db.py", inner / "db.py")
    assert "DYN401" not in codes(inner / "app.py")


def test_the_text_that_is_checked_counts_and_not_the_file(tmp_path: Path) -> None:
    project(tmp_path, {"db.py": "from app import client\nstore = client.Table('users')", "app.py": "client = None"})
    text = "import boto3\nclient = boto3.resource('dynamodb')\nfrom db import store\n" + SCAN.format(handle="store")
    assert "DYN401" in [finding.code for finding in check(text, str(tmp_path / "app.py"), beside=tmp_path / "app.py")]


def test_imported_code_is_not_run(tmp_path: Path) -> None:
    project(tmp_path, {"db.py": "open('ran', 'w')\nraise SystemExit\n" + TABLE, "app.py": "from db import store" + SCAN.format(handle="store")})
    assert "DYN401" in codes(tmp_path / "app.py")
    assert not (tmp_path / "ran").exists()


def test_a_place_in_a_module_whose_tree_is_kept_brief_is_where_it_stands(tmp_path: Path) -> None:
    helper = '''
        import functools

        class Users:
            """Rows, é ü."""

            @functools.cache
            def active(self, rows):
                é = [row for row in rows if row["active"]]
                return é

        def open_ones(rows): return [row for row in rows if row["open"]]
    '''
    project(tmp_path, {"helper.py": helper})
    text = (tmp_path / "helper.py").read_text(encoding="utf8")
    parsed = read(str(tmp_path / "helper.py"), Surroundings())
    assert parsed is not None
    whole = outline(ast.parse(text))
    pairs = [
        (short, full)
        for one, two in zip(parsed.outline.pieces, whole.pieces, strict=True)
        for short, full in zip(one.members or (one,), two.members or (two,), strict=True)
    ]
    functions = [short for short, _ in pairs if short.kind == "function"]
    assert [getattr(piece.nodes[0], "body", None) for piece in functions] == [[], []]
    for short, full in pairs:
        one, two = Chunk(parsed.source, short, short.first, short.last), Chunk(parsed.source, full, full.first, full.last)
        spans = [[chunk.span(node) for top in chunk.body for node in walk(top)] for chunk in (one, two)]
        assert spans[0] == spans[1]


def test_what_is_kept_of_a_module_tells_as_much_as_its_tree() -> None:
    text = textwrap.dedent('''
        def load(rows):
            from data import store
            rows.first, (rows.second, other.third) = 1, (2, 3)
            with open("x") as rows.file: pass
            for rows.each in []: pass
            rows.kept[0] = rows.held = 1
    ''')
    short, full = brief(ast.parse(text)), outline(ast.parse(text))
    assert short.pieces[0].attributes == full.pieces[0].attributes == {"first", "second", "file", "each", "held"}
    assert [ast.dump(node) for node in short.imports] == [ast.dump(node) for node in full.imports]
    assert len(short.imports) == 1


def test_what_an_exception_is_told_has_left_our_sight(tmp_path: Path) -> None:
    project(tmp_path, {"errors.py": "class Refused(Exception):\n    def __init__(self, rows): self.rows = rows"})
    app = """
        from errors import Refused
        import boto3
        table = boto3.resource("dynamodb").Table("users")

        def first():
            raise Refused(table.scan()["Items"])

        def second():
            raise Refused(table.scan())
    """
    (tmp_path / "app.py").write_text(textwrap.dedent(app), encoding="utf8")
    assert codes(tmp_path / "app.py").count("DYN403") == 1  # the second's answer is whole: who catches it may follow its pages
