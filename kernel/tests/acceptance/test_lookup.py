"""Shift-Tab shows signature, words and an example; Tab offers what can be called, at once."""

import re
import unittest

from case import Test
from harness import ANSI, SLACK


class Lookup(Test):
    def shown(self, code, at=None):
        """What Shift-Tab shows in `code` behind the word `at`."""
        place = len(code) if at is None else code.index(at) + len(at)
        reply, seconds = self.kernel.ask("inspect", code=code, cursor_pos=place)
        self.assertEqual((reply["status"], reply["found"]), ("ok", True), f"{code!r}: {reply}")
        self.assertLess(seconds, 2 * SLACK, f"{code!r}: {reply}")
        return ANSI.sub("", reply["data"]["text/plain"])

    def offered(self, code, place=None):
        """What Tab offers, and the median of three times."""
        answers = [self.kernel.ask("complete", code=code, cursor_pos=place if place is not None else len(code)) for _ in range(3)]
        for reply, _ in answers:
            self.assertEqual(reply["status"], "ok", f"{code!r}: {reply}")
        reply = answers[-1][0]
        self.assertLess(sorted(seconds for _, seconds in answers)[1], 1 * SLACK, code)
        # Some kernels offer `fit(…)`.
        return [re.match(r"\w*", match).group() for match in reply["matches"]], reply

    def test_shift_tab_on_a_method(self):
        for code in ("split_into", "data.split_into([0.8, 0.2], Seed(7))?;", "let [a, b] = data.split_into([0.8, 0.2], Seed(7))?;"):
            text = self.shown(code, "split_into")
            self.assertRegex(text, r"fn split_into<const N: usize>\(\s*&self,\s*fractions: \[f64; N\],\s*seed: Seed,?\s*\)")
            self.assertIn("Any number of parts in these fractions", text)

    def test_shift_tab_on_a_type(self):
        text = self.shown("StandardScaler")
        self.assertIn("struct StandardScaler", text)
        self.assertIn("Standardization: z = (x − x̄) / σ", text)
        self.assertIn("StandardScaler::fit(&train)?", text)

    def test_shift_tab_on_a_function_of_a_type(self):
        for code in ("Fit::epochs", "net.fit(&train, Fit::epochs(5))?", "let fit = Fit::epochs("):
            text = self.shown(code, "Fit::epochs")
            self.assertRegex(text, r"fn epochs\(epochs: usize\)")
            self.assertIn(" epochs.", text)
            self.assertNotIn("Gradient", text.splitlines()[0])

    def test_shift_tab_on_a_variable_tells_its_type(self):
        self.kernel.check("let known = array![1.0, 2.0];")
        self.assertRegex(self.shown("known"), "f64")

    def test_shift_tab_on_nothing_finds_nothing(self):
        for code in ("", "   ", "no_such_name_90", "🦀"):
            reply, _ = self.kernel.ask("inspect", code=code, cursor_pos=len(code))
            self.assertEqual((reply["status"], reply["found"]), ("ok", False), f"{code!r}: {reply}")

    def test_tab_behind_a_builder_offers_methods_and_no_private_fields(self):
        names, reply = self.offered("LinearRegression::closed_form().")
        self.assertIn("fit", names)
        self.assertIn("solver", names)
        kinds = {each["text"]: each["type"] for each in reply["metadata"]["_jupyter_types_experimental"]}
        self.assertEqual({kinds[name] for name in names[:5]}, {"method"}, f"methods come first: {names[:20]}")
        for private in ("title", "traces"):
            self.assertNotIn(private, names)
        self.assertLess(names.index("solver"), 20, f"methods come first: {names[:20]}")
        self.assertEqual((reply["cursor_start"], reply["cursor_end"]), (32, 32))

    def test_tab_in_the_midst_of_a_word_replaces_that_word(self):
        names, reply = self.offered("let a = LinearRegression::closed_form().sol + 1;", place=43)
        self.assertIn("solver", names)
        self.assertEqual((reply["cursor_start"], reply["cursor_end"]), (40, 43))

    def test_tab_counts_characters_and_not_bytes(self):
        code = "let größe = \"🦀\"; LinearRegression::closed_form().sol"
        names, reply = self.offered(code)
        self.assertIn("solver", names)
        self.assertEqual((reply["cursor_start"], reply["cursor_end"]), (len(code) - 3, len(code)))

    def test_tab_behind_a_data_frame_knows_its_methods(self):
        self.kernel.check('use gradus::polars::prelude::*;\nlet frame: DataFrame = df!("a" => [1, 2])?;')
        names, _ = self.offered("frame.")
        self.assertIn("height", names)
        self.assertIn("width", names)

    def test_tab_behind_a_plot_knows_its_methods(self):
        self.kernel.check("use gradus::plotly::Plot;\nlet plot: Plot = Plot::new();")
        self.assertIn("add_trace", self.offered("plot.")[0])

    def test_tab_and_shift_tab_answer_while_a_cell_runs(self):
        cell = self.kernel.send("std::thread::sleep(std::time::Duration::from_secs(4));")
        self.kernel.until(lambda: cell.was_run, 20, [cell])
        self.kernel.listen(1.5)
        for kind in ("inspect", "complete", "kernel_info"):
            content = {} if kind == "kernel_info" else {"code": "StandardScaler", "cursor_pos": 14}
            _, seconds = self.kernel.ask(kind, **content)
            # Jupyter's shell channel is a queue: an answer behind the cell is allowed, none at all is not.
            self.assertLess(seconds, 6 * SLACK, kind)
        self.kernel.wait([cell], 20)
        self.assertWorks(cell)


if __name__ == "__main__":
    unittest.main()
