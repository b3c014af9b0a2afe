"""What a reader may write: types that the analyzer does not see, `:dep gradus` in any folder."""

import tempfile
import unittest

import harness
from case import Test, slow


class HiddenTypes(Test):
    def test_a_data_frame_needs_no_type(self):
        self.assertWorks(self.kernel.run('use gradus::polars::prelude::*;\nlet df = df!("a" => [1, 2])?;'))
        self.assertWorks(self.kernel.run("df.height()"), "2")
        # The cell's `use` is there as well.
        self.assertWorks(self.kernel.run('let column: Series = Series::new("b".into(), [1, 2, 3]);'))
        self.assertWorks(self.kernel.run("column.len()"), "3")

    def test_a_plot_needs_no_type(self):
        self.assertWorks(self.kernel.run("use gradus::plotly::Plot;\nlet plot = Plot::new();"))
        self.assertWorks(self.kernel.run("plot.data().len()"), "0")

    def test_a_mutable_plot_can_be_drawn_into_in_the_next_cell(self):
        self.assertWorks(self.kernel.run("use gradus::plotly::{Plot, Scatter};\nlet mut drawn = Plot::new();"))
        self.assertWorks(self.kernel.run("drawn.add_trace(Scatter::new(vec![1, 2], vec![3, 4]));"))
        self.assertWorks(self.kernel.run("drawn.data().len()"), "1")

    def test_several_in_one_cell_and_output_once(self):
        """`Column` is a name of both preludes: a type that is written for the reader must say which."""
        code = (
            "use gradus::polars::prelude::*;\nuse gradus::plotly::Plot;\n"
            'println!("once 80");\nlet one = df!("a" => [1.5])?;\nlet two = Plot::new();\n'
            'let three = one.column("a")?.clone();\nlet four = one.height();'
        )
        cell = self.kernel.run(code)
        self.assertWorks(cell, stdout="once 80\n")
        self.assertEqual(cell.stderr, "", cell.told())
        self.assertWorks(self.kernel.run("(one.width(), two.data().len(), three.len(), four)"), "(1, 0, 1, 1)")

    def test_in_a_pattern(self):
        code = 'use gradus::polars::prelude::*;\nuse gradus::plotly::Plot;\nlet (left, mut right) = (df!("a" => [1, 2])?, Plot::new());'
        self.assertWorks(self.kernel.run(code))
        self.assertWorks(self.kernel.run("(left.height(), right.data().len())"), "(2, 0)")

    def test_a_result_behind_one_is_shown(self):
        cell = self.kernel.run('use gradus::polars::prelude::*;\nlet shown = df!("a" => [1, 2])?;\nshown.height()')
        self.assertWorks(cell, "2")

    def test_a_real_mistake_beside_one_is_told_as_such(self):
        cell = self.kernel.run('use gradus::polars::prelude::*;\nlet df_81 = df!("a" => [1])?;\nlet wrong: i32 = "text";')
        self.assertFails(cell, "mismatched types", lines=40)
        self.assertNotRegex(cell.words, "(?i)automatically determine")

    def test_a_failure_in_such_a_cell_is_one(self):
        cell = self.kernel.run('use gradus::polars::prelude::*;\nlet df_82 = df!("a" => [1], "b" => [1, 2])?;')
        self.assertFails(cell)
        self.assertHealthy()


class Anywhere(Test):
    uses_shared = False

    def test_dep_gradus_alone_works_in_any_folder(self):
        with tempfile.TemporaryDirectory(prefix="some folder ") as folder:
            kernel = self.started(cwd=folder, load=False)
            cell = kernel.run(":dep gradus", timeout=30)
            self.assertWorks(cell)
            self.assertWorks(kernel.run("use gradus::prelude::*;"))
            self.assertWorks(kernel.run("datasets::iris()?.rows()"), "150")

    @slow
    def test_dep_and_use_in_one_cell_work_in_any_folder(self):
        with tempfile.TemporaryDirectory() as folder:
            kernel = self.started(cwd=folder, load=False)
            self.assertWorks(kernel.run(":dep gradus\nuse gradus::prelude::*;\nlet iris = datasets::iris()?;", timeout=30))
            self.assertWorks(kernel.run("iris.rows()"), "150")

    @slow
    def test_the_notebooks_own_line_still_works_in_their_folder(self):
        kernel = self.started(cwd=harness.checkout() / "notebooks", load=False)
        self.assertWorks(kernel.run(':dep gradus = { path = ".." }\nuse gradus::prelude::*;', timeout=30))
        self.assertWorks(kernel.run("datasets::iris()?.rows()"), "150")


if __name__ == "__main__":
    unittest.main()
