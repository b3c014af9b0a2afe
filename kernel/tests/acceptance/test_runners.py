"""Programs that run notebooks, with no code of ours around them, on a notebook whose second cell fails."""

import importlib.util
import subprocess
import sys
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_notebook

import harness
from case import Test, slow

SPEC = {"kernelspec": {"name": harness.NAME, "display_name": "Rust (gradus)", "language": "rust"}}
FAILURES = {
    "panic": ('let size = 3;\npanic!("boom 95");', "boom 95"),
    "question mark": ('Err::<(), _>(std::io::Error::other("gone 96"))?;', "gone 96"),
    "compile error": ("not_defined_97 + 1", "not_defined_97"),
}


def failing(source):
    cells = [harness.load_library(), source, 'println!("must not run");']
    return new_notebook(cells=[new_code_cell(each) for each in cells], metadata=SPEC)


class Runners(Test):
    uses_shared = False

    def stopped(self, notebook, text):
        """Cell 2 has the error, and cell 3 was not run."""
        second, third = notebook.cells[1], notebook.cells[2]
        errors = [output for output in second.outputs if output.output_type == "error"]
        self.assertEqual(len(errors), 1, second.outputs)
        self.assertIn(text, harness.ANSI.sub("", "\n".join(errors[0].traceback)))
        self.assertEqual((third.outputs, third.execution_count), ([], None))

    def test_nbclient_raises_and_names_the_cell(self):
        for name, (source, text) in FAILURES.items() if harness.SLOW else list(FAILURES.items())[:1]:
            with self.subTest(name):
                notebook = failing(source)
                with self.assertRaises(CellExecutionError) as raised:
                    NotebookClient(notebook, timeout=120, shutdown_kernel="immediate").execute()
                said = harness.ANSI.sub("", str(raised.exception))
                self.assertIn(source, said)
                self.assertIn(text, said)
                self.assertIn(text, raised.exception.evalue)
                self.stopped(notebook, text)

    @slow
    def test_nbclient_runs_on_where_the_cell_is_tagged(self):
        notebook = failing(FAILURES["panic"][0])
        notebook.cells[1].metadata["tags"] = ["raises-exception"]
        NotebookClient(notebook, timeout=120, shutdown_kernel="immediate").execute()
        self.assertEqual([output.output_type for output in notebook.cells[1].outputs], ["error"])
        self.assertEqual([output.text for output in notebook.cells[2].outputs], ["must not run\n"])

    def run_program(self, folder, source, *arguments):
        file = Path(folder) / "failing.ipynb"
        nbformat.write(failing(source), file)
        return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, cwd=folder, timeout=240)

    def test_nbconvert_fails_and_names_the_cell(self):
        source, text = FAILURES["question mark"]
        with TemporaryDirectory() as folder:
            arguments = ("-m", "nbconvert", "--execute", "--to", "notebook", "--output", "run", "failing.ipynb")
            ended = self.run_program(folder, source, *arguments)
            said = harness.ANSI.sub("", ended.stderr)
            self.assertNotEqual(ended.returncode, 0, said)
            self.assertIn(source, said)
            self.assertIn(text, said)

    @unittest.skipUnless(importlib.util.find_spec("papermill"), "papermill is not installed")
    def test_papermill_fails_and_names_the_cell(self):
        source, text = FAILURES["compile error"]
        with TemporaryDirectory() as folder:
            ended = self.run_program(folder, source, "-m", "papermill", "failing.ipynb", "run.ipynb")
            self.assertNotEqual(ended.returncode, 0, ended.stderr)
            self.assertIn(text, harness.ANSI.sub("", ended.stderr))
            self.assertRegex(ended.stderr, r"Exception encountered at \"In \[\d+\]\"")
            self.stopped(nbformat.read(Path(folder) / "run.ipynb", as_version=4), text)


if __name__ == "__main__":
    unittest.main()
