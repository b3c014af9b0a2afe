"""Builds a benchmark's Rust side."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def built(name):
    """The program of `cargo bench --bench NAME`, rebuilt if something has changed."""
    build = ["cargo", "build", "--release", "--bench", name, "--message-format", "short"]
    subprocess.run(build, cwd=ROOT, check=True)
    programs = [path for path in (ROOT / "target/release/deps").glob(f"{name}-*") if path.suffix == ""]
    return max(programs, key=lambda path: path.stat().st_mtime)
