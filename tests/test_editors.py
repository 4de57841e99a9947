"""Real editors, without a screen: each is set up with the lines of docs/editors.md, opens a file with a finding, and mends it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.marked import ROOT
from tests.programs import BAD, BAD_LINE, GOOD, write

pytestmark = pytest.mark.slow
PAGE = (ROOT / "docs" / "editors.md").read_text(encoding="utf8")
SECONDS = 120

NEOVIM = """
local function findings() return vim.diagnostic.get(0) end
local function report(what) io.stdout:write("REPORT " .. vim.fn.json_encode(what) .. "\\n") end
local function wait(condition) return vim.wait(60000, condition, 50) end

vim.cmd("edit allowed.py")
vim.cmd("edit app.py")
wait(function() return #findings() > 0 end)
local found = {}
for _, each in ipairs(findings()) do
  table.insert(found, { each.lnum + 1, each.col, each.source, each.message })
end
report(found)
report(#vim.diagnostic.get(vim.fn.bufnr("allowed.py")))

vim.api.nvim_win_set_cursor(0, { found[1][1], found[1][2] })
local place = vim.lsp.util.make_range_params()
place.context = { diagnostics = {} }
for _, answer in pairs(vim.lsp.buf_request_sync(0, "textDocument/codeAction", place, 60000)) do
  for _, action in ipairs(answer.result) do
    report(action.title)
    if action.title:find("^Fix DYN101") then vim.lsp.util.apply_workspace_edit(action.edit, "utf-16") end
  end
end
report(wait(function() return #findings() == 0 end))
vim.cmd("write")
"""
EMACS = """
(load-file "init.el")
(setq eglot-sync-connect 60 eglot-connect-timeout 60)
(defun report (what) (princ (concat "REPORT " (json-encode what) "\\n")))
(defun wait-until (condition)
  (with-timeout (60 nil) (while (not (funcall condition)) (accept-process-output nil 0.1) (flymake-start)) t))
(defun show (name)
  (find-file name)
  (unless (eglot-current-server) (call-interactively 'eglot)))
(show "allowed.py")
(show "app.py")
(wait-until 'flymake-diagnostics)
(dolist (each (flymake-diagnostics))
  (report (line-number-at-pos (flymake-diagnostic-beg each)))
  (report (flymake-diagnostic-text each)))
(report (length (with-current-buffer "allowed.py" (flymake-diagnostics))))
(goto-char (point-min))
(setq case-fold-search nil)
(while (search-forward "PROVISIONED" nil t) (replace-match "PAY_PER_REQUEST"))
(goto-char (point-min))
(search-forward "    ProvisionedThroughput")
(delete-region (line-beginning-position) (line-beginning-position 2))
(report (wait-until (lambda () (not (flymake-diagnostics)))))
(eglot-shutdown (eglot-current-server))
"""
LSP_MODE = """
(setq lsp-auto-guess-root t lsp-enabled-clients '(dynalint) lsp-enable-file-watchers nil lsp-enable-snippet nil lsp-session-file (expand-file-name "session")
      lsp-modeline-workspace-status-enable nil lsp-modeline-diagnostics-enable nil lsp-modeline-code-actions-enable nil lsp-headerline-breadcrumb-enable nil
      lsp-diagnostics-provider :flymake)
(setq-default case-fold-search nil)
(require 'lsp-mode)
(require 'lsp-diagnostics)
(load-file "init.el")
(remove-hook 'python-mode-hook 'lsp-deferred)
(lsp-workspace-folders-add default-directory)
(defun report (what) (princ (concat "REPORT " (json-encode what) "\\n")))
(defun wait-until (condition)
  (with-timeout (60 nil) (while (not (funcall condition)) (accept-process-output nil 0.1)) t))
(defun found (name) (gethash (expand-file-name name) (lsp-diagnostics t)))
(dolist (name '("allowed.py" "app.py"))
  (find-file name)
  (lsp)
  (wait-until (lambda () (and (lsp-workspaces) (eq 'initialized (lsp--workspace-status (car (lsp-workspaces))))))))
(wait-until (lambda () (found "app.py")))
(dolist (each (found "app.py")) (report (list (1+ (lsp-get (lsp-get (lsp-get each :range) :start) :line)) (lsp-get each :code))))
(report (length (found "allowed.py")))
(search-forward "PROVISIONED")
(backward-char)
(dolist (each (append (lsp-request "textDocument/codeAction" (lsp--text-document-code-action-params)) nil)) (report (gethash "title" each)))
(lsp-workspace-shutdown (car (lsp-workspaces)))
"""
ALE = """
set nocompatible
filetype on
packadd ale
source vimrc
edit app.py
ALELint
let turn = 0
while turn < 600 && empty(ale#engine#GetLoclist(bufnr('')))
  sleep 100m
  let turn += 1
endwhile
let found = map(copy(ale#engine#GetLoclist(bufnr(''))), '[v:val.lnum, v:val.code]')
call writefile(["REPORT " . json_encode(found)], "/dev/stdout")
qall!
"""


def blocks(section: str, language: str) -> list[str]:
    """The code in one language below one heading of the page."""
    (text,) = re.findall(rf"^## {section}$(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def editor(name: str) -> str:
    """The program of an editor; without it the test is skipped."""
    return shutil.which(name) or pytest.skip(f"{name} is not installed")


def reports(words: list[str], folder: Path) -> list[object]:
    """What an editor reports when it is run in a folder that holds a file with a finding, and one whose table is allowed."""
    write(folder, {"app.py": BAD, "allowed.py": BAD.replace("users", "ledger"), "pyproject.toml": ""})
    outside = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    env = outside | {"PATH": path, "HOME": str(folder)}
    run = subprocess.run(words, cwd=folder, env=env, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf8", timeout=SECONDS, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    found = [json.loads(line.partition("REPORT ")[2]) for line in (run.stdout + run.stderr).splitlines() if "REPORT " in line]
    assert found, run.stdout + run.stderr
    return found


def test_neovim(tmp_path: Path) -> None:
    program = editor("nvim")
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    numbers = re.search(r"v(\d+)\.(\d+)", version)
    assert numbers is not None
    new, old, _ = blocks("Neovim", "lua")
    recent = (int(numbers[1]), int(numbers[2])) >= (0, 11)
    write(tmp_path, {"init.lua": new if recent else old, "session.lua": NEOVIM})
    diagnostics, allowed, *titles, mended = reports([program, "--headless", "-u", "init.lua", "-c", "luafile session.lua", "-c", "qall!"], tmp_path)
    assert isinstance(diagnostics, list)
    assert [each[:3] for each in diagnostics] == [[BAD_LINE, 4, "dynalint"]]
    assert allowed == 0
    assert titles == ["Fix DYN101: Make the table on-demand (unsafe)", "Silence DYN101 on this line", "Open the page of DYN101"]
    assert mended is True
    assert (tmp_path / "app.py").read_text(encoding="utf8") == GOOD


def test_emacs(tmp_path: Path) -> None:
    program = editor("emacs")
    if subprocess.run([program, "--batch", "--eval", "(require 'eglot)"], capture_output=True, check=False).returncode:
        pytest.skip("emacs has no eglot")
    eglot, _ = blocks("Emacs", "elisp")
    write(tmp_path, {"init.el": eglot, "session.el": EMACS})
    line, text, allowed, mended = reports([program, "--batch", "-l", "session.el"], tmp_path)
    assert line == BAD_LINE
    assert "DYN101" in str(text)
    assert allowed == 0
    assert mended is True


def test_emacs_with_lsp_mode(tmp_path: Path) -> None:
    program = editor("emacs")
    if subprocess.run([program, "--batch", "--eval", "(require 'lsp-mode)"], capture_output=True, check=False).returncode:
        pytest.skip("emacs has no lsp-mode")
    _, lsp_mode = blocks("Emacs", "elisp")
    write(tmp_path, {"init.el": lsp_mode, "session.el": LSP_MODE})
    finding, allowed, *titles = reports([program, "--batch", "-l", "session.el"], tmp_path)
    assert finding == [BAD_LINE, "DYN101"]
    assert allowed == 0
    assert titles == ["Fix DYN101: Make the table on-demand (unsafe)", "Silence DYN101 on this line", "Open the page of DYN101"]


def test_vim_with_ale(tmp_path: Path) -> None:
    program = editor("vim")
    quiet = [program, "-es", "-u", "NONE", "-N"]
    found = [*quiet, "-c", "if empty(globpath(&packpath, 'pack/*/opt/ale')) | cquit | endif", "-c", "qall!"]
    if subprocess.run(found, stdin=subprocess.DEVNULL, check=False).returncode:
        pytest.skip("vim has no ALE")
    (vimrc,) = blocks("Vim", "vim")
    write(tmp_path, {"vimrc": vimrc, "session.vim": ALE})
    assert reports([*quiet, "-c", "source session.vim"], tmp_path) == [[[BAD_LINE, "DYN101"]]]


def test_the_page_s_json_is_json() -> None:
    texts = re.findall(r"^```json\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert len(texts) >= 5
    for text in texts:
        json.loads(text)


def test_the_page_s_toml_is_toml() -> None:
    import tomllib

    (text,) = blocks("Helix", "toml")
    assert tomllib.loads(text)["language-server"]["dynalint"]["args"] == ["server"]
