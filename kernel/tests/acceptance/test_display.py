"""Several things under one cell, and progress that is updated in place."""

import re
import unittest

import nbformat
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

import harness
from case import Test

PLOTLY = "application/vnd.plotly.v1+json"
FIGURES = (
    'let a = Figure::new("first").line("l", &[1.0, 2.0], &[1.0, 4.0]);\n'
    'let b = Figure::new("second").line("l", &[1.0, 2.0], &[4.0, 1.0]);'
)
# Three seconds, of which the first is silent.
STEPS = (
    'let mut steps = gradus::progress::Progress::new("step", 30);\nfor step in 1..=30 {\n'
    "    std::thread::sleep(std::time::Duration::from_millis(100));\n"
    '    steps.update(step, || format!("cost {:.2}", 1.0 / step as f64));\n}'
)


def title(data):
    return data[PLOTLY]["layout"]["title"]["text"]


class Display(Test):
    def test_two_figures_in_one_cell_are_both_shown(self):
        self.kernel.check(FIGURES)
        cell = self.kernel.run("display(&a);\nb")
        self.assertWorks(cell)
        self.assertEqual(cell.outputs, ["display_data", "execute_result"], cell.told())
        self.assertEqual(title(cell.displays[0]["data"]), "first")
        self.assertEqual(title(cell.of("execute_result")[0]["data"]), "second")

    def test_a_display_has_all_formats_that_a_result_has(self):
        self.kernel.check(FIGURES)
        shown, result = self.kernel.run("display(&a);"), self.kernel.run("a")
        self.assertEqual(shown.outputs, ["display_data"], shown.told())
        self.assertEqual(sorted(shown.displays[0]["data"]), sorted(result.of("execute_result")[0]["data"]))
        self.assertEqual(shown.displays[0].get("metadata"), {})

    def test_displays_in_a_loop_are_all_shown(self):
        cell = self.kernel.run("for number in 1..=3 { display(&(number * 11)); }")
        self.assertWorks(cell)
        self.assertEqual([each["data"]["text/plain"] for each in cell.displays], ["11", "22", "33"], cell.told())
        self.assertEqual(cell.outputs, ["display_data"] * 3, cell.told())

    def test_a_display_before_a_failure_stays(self):
        cell = self.kernel.run('display(&17);\npanic!("boom 70");')
        self.assertFails(cell, "boom 70")
        self.assertEqual(cell.outputs, ["display_data", "error"], cell.told())

    def test_a_table_and_an_array_are_displayed(self):
        cell = self.kernel.run("let iris = datasets::iris()?;\ndisplay(&iris.head(2));\ndisplay(&array![[1.0, 2.0]]);")
        self.assertWorks(cell)
        self.assertEqual(cell.outputs, ["display_data"] * 2, cell.told())
        self.assertIn("text/html", cell.displays[0]["data"])
        self.assertRegex(cell.displays[1]["data"]["text/plain"], r"1\.?0?\D+2")

    def in_place(self, cell, last):
        """One display and its updates, and no lines."""
        self.assertEqual(cell.stream(), "", f"progress as lines\n{cell.told()}")
        self.assertEqual(len(cell.displays), 1, cell.told())
        self.assertGreaterEqual(len(cell.updates), 2, cell.told())
        identities = {each["transient"]["display_id"] for each in cell.displays + cell.updates}
        self.assertEqual(len(identities), 1, cell.told())
        texts = [each["data"]["text/plain"] for each in cell.displays + cell.updates]
        self.assertRegex(texts[-1], last)
        self.assertGreaterEqual(len(set(texts)), 3, f"it does not move\n{texts}")
        return identities.pop()

    def test_progress_is_updated_in_place(self):
        first, second = self.kernel.run(STEPS), self.kernel.run(STEPS)
        for cell in (first, second):
            self.assertWorks(cell)
        identities = {self.in_place(cell, "30/30") for cell in (first, second)}
        self.assertEqual(len(identities), 2, "the second run would draw into the first one's cell")

    def test_progress_of_a_long_fit_is_updated_in_place(self):
        code = (
            "let xs = Array2::from_shape_fn((64, 1), |(row, _)| row as f64 / 64.0);\n"
            "let ys = xs.column(0).mapv(|x| 3.0 * x + 1.0);\n"
            "let net = Sequential::new([1]).dense(8).relu().dense(1);\n"
            "let mut net = net.compile(Adam::new(0.01), MeanSquaredError, Device::Cpu, Seed(1))?;"
        )
        self.kernel.check(code)
        cell = self.kernel.send("let history = net.fit(&(&xs, &ys), Fit::epochs(1_000_000))?;")
        self.kernel.until(lambda: len(cell.updates) >= 3 or cell.reply or len(cell.of("stream")) >= 3, 30, [cell])
        self.kernel.interrupt()
        self.kernel.wait([cell], 20)
        self.assertWorks(cell)
        self.in_place(cell, r"epoch \d+/1000000")

    def test_quick_work_shows_no_progress(self):
        cell = self.kernel.run('gradus::progress::Progress::new("step", 2).update(1, String::new);')
        self.assertWorks(cell)
        self.assertEqual(cell.outputs, [], cell.told())


class Saved(Test):
    uses_shared = False

    def test_a_saved_notebook_holds_the_last_state_alone(self):
        notebook = new_notebook(cells=[new_code_cell(harness.load_library()), new_code_cell(STEPS), new_code_cell("1 + 1")])
        NotebookClient(notebook, kernel_name=harness.NAME, timeout=120, shutdown_kernel="immediate").execute()
        outputs = notebook.cells[1].outputs
        self.assertEqual([output.output_type for output in outputs], ["display_data"], outputs)
        self.assertRegex(outputs[0].data["text/plain"], "30/30")
        self.assertFalse(re.search(r"\b29/30", str(outputs)), outputs)
        nbformat.validate(notebook)


if __name__ == "__main__":
    unittest.main()
