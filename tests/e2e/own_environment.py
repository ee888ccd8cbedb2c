"""An environment of a test's own: packages can be installed into it, and this project is there already."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from collections.abc import Mapping
from pathlib import Path

from attrs import frozen
from tests.e2e.program import clean_environment


@frozen
class OwnEnvironment:
    """A virtual environment that also has all that the one of this process has."""

    folder: Path

    @classmethod
    def made(cls, folder: Path) -> OwnEnvironment:
        """A new one. pip comes from this process's environment, and installs into the new one."""
        venv.EnvBuilder(with_pip=False, symlinks=sys.platform != "win32").create(folder)
        made = cls(folder)
        shared = [path for path in sys.path if path.endswith("site-packages")]
        site = Path(made.run("python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").stdout.strip())
        lines = [f"import site; site.addsitedir({path!r})" for path in shared]
        (site / "parent.pth").write_text("\n".join(lines) + "\n", encoding="utf-8")
        program = made.programs / "atsp"
        program.write_text(
            f"#!{made.programs / 'python'}\nfrom ats_cli.__main__ import main\nmain()\n", encoding="utf-8"
        )
        program.chmod(0o755)
        return made

    @property
    def programs(self) -> Path:
        """Where its programs are."""
        return self.folder / "bin"

    @property
    def variables(self) -> Mapping[str, str]:
        """What makes it the active one. pip builds with what is there, and fetches nothing."""
        return {
            "PATH": os.pathsep.join([str(self.programs), os.environ.get("PATH", "")]),
            "VIRTUAL_ENV": str(self.folder),
            "PIP_NO_INDEX": "1",
            "PIP_NO_BUILD_ISOLATION": "0",  # what pip's documentation has for "no isolation"
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PYTHONPATH": "",
        }

    def run(self, program: str, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run one of its programs to its end."""
        return subprocess.run(
            [self.programs / program, *arguments],
            cwd=cwd,
            env=clean_environment(self.variables),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
