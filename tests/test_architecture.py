"""The house's own rules, read from its source."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.once
ROOT = Path(__file__).parent.parent
APP = ROOT / "app"
MODULES = sorted(APP.rglob("*.py"))
TEMPLATES = sorted(path for path in APP.rglob("templates/**/*") if path.suffix in {".html", ".txt"})
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree_of(module: Path) -> ast.Module:
    return ast.parse(module.read_text(), filename=str(module))


def inner(tree: ast.AST, kinds: tuple[type[ast.AST], ...]) -> Iterator[ast.AST]:
    """Nodes of `kinds` that stand inside a function."""
    for function in ast.walk(tree):
        if isinstance(function, FUNCTIONS):
            yield from (node for node in ast.walk(function) if isinstance(node, kinds))


def test_every_room_reads_only_the_rooms_below_it():
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("module", MODULES, ids=named)
class TestEveryModule:
    def test_opens_with_a_sentence(self, module):
        sentence = ast.get_docstring(tree_of(module))
        assert sentence and sentence.strip()[-1] in ".?:", "a module opens with one sentence that says what it answers"

    def test_imports_nothing_inside_a_function(self, module):
        hidden = [node.lineno for node in inner(tree_of(module), (ast.Import, ast.ImportFrom))]
        assert not hidden, f"imports inside functions in lines {hidden}"

    def test_leaves_the_commit_to_routes_and_commands(self, module):
        if "operations" not in module.relative_to(APP).as_posix():
            return
        commits = [
            node.lineno
            for node in ast.walk(tree_of(module))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
        ]
        assert not commits, f"an operation commits in lines {commits}"

    def test_asks_the_one_clock(self, module):
        if module.name == "clock.py":
            return
        calls = [
            node.lineno
            for node in ast.walk(tree_of(module))
            if isinstance(node, ast.Attribute)
            and node.attr in {"now", "utcnow", "today"}
            and isinstance(node.value, ast.Name)
            and node.value.id in {"datetime", "date"}
        ]
        assert not calls, f"the system's clock in lines {calls}; tests cannot move it"


def test_markup_is_made_only_where_html_is_known_to_be_safe():
    makers = {named(module) for module in MODULES if re.search(r"\bMarkup\(", module.read_text())}
    assert makers <= {"app/core/text.py", "app/core/pages.py", "app/core/parts.py"}


@pytest.mark.parametrize("template", TEMPLATES, ids=named)
def test_every_template_is_escaped_and_without_inline_style_or_script(template):
    source = template.read_text()
    assert not re.search(r"\|\s*safe\b|autoescape\s+false", source), (
        "what people wrote is escaped, or goes through |markdown"
    )
    if "/mails/" in named(template):
        return  # mail programs know no stylesheets
    assert not re.search(r"\sstyle\s*=|<style\b|\son[a-z]+\s*=\s*[\"']", source), (
        "the content security policy forbids it"
    )
    assert all("src=" in script for script in re.findall(r"<script\b[^>]*>", source)), "scripts are files"
    assert "http://" not in re.sub(r"http://www\.w3\.org/\S+", "", source), "nothing is fetched or linked over http"


def test_no_secret_lies_in_the_tree():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this is no git checkout, so there is no list of files to look at")
    names = [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    assert not [
        name for name in names if Path(name).name in {".env", "secret_key"} or name.endswith((".sqlite3", ".pem"))
    ]
    key = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE " + rb"KEY-----")
    assert not [name for name in names if key.search((ROOT / name).read_bytes())]


def test_every_direct_dependency_is_pinned_and_has_its_reason():
    direct, carried = (ROOT / "requirements.txt").read_text().split("# Carried by the above.\n")
    for line in direct.splitlines():
        if line and not line.startswith("#"):
            assert re.fullmatch(r"[A-Za-z0-9_.\[\]-]+==[^ ]+ +# .+", line), line
    for line in carried.splitlines():
        assert re.fullmatch(r"[A-Za-z0-9_.-]+==[^ ]+", line), line
