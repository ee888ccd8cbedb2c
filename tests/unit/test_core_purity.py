"""The core is pure: it can be imported where nothing that touches the world can."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"httpx", "sqlite_utils", "sqlite3", "gspread", "click", "openpyxl", "rich"}:
            raise ImportError(f"{name} is made unimportable")

sys.meta_path.insert(0, Refuse())
import importlib, pkgutil
import ats_core
for module in pkgutil.walk_packages(ats_core.__path__, "ats_core."):
    if not module.name.startswith("ats_core.testing"):
        importlib.import_module(module.name)
try:
    import httpx
except ImportError:
    print("pure")
"""


def test_the_whole_core_imports_without_http_sql_sheets_and_command_line() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "pure", done.stderr
