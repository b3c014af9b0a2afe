"""An interrupt ends a fit with what it has, and plain code with a word about what is lost."""

import time
import unittest

from case import SLOW_TO_COMPILE, Test, slow
from harness import SLACK

DATA = """
let xs = Array2::from_shape_fn((64, 1), |(row, _)| row as f64 / 64.0);
let ys = xs.column(0).mapv(|x| 3.0 * x + 1.0);
let net = Sequential::new([1]).dense(8).relu().dense(1);
let mut net = net.compile(Adam::new(0.01), MeanSquaredError, Device::Cpu, Seed(1))?;
"""
LOOP = 'println!("begun");\nlet mut n = 0_u64;\nloop { n = std::hint::black_box(n.wrapping_add(1)); if n == u64::MAX { break; } }'


class Interrupt(Test):
    def begun(self, code, **how):
        """A cell that runs, and has not ended."""
        cell = self.kernel.send('println!("begun");\n' + code.removeprefix('println!("begun");\n'), **how)
        self.kernel.until(lambda: "begun" in cell.stdout or cell.reply, 30, [cell])
        self.assertIsNone(cell.reply, f"it ended before it was interrupted\n{cell.told()}")
        return cell

    def interrupted(self, cell, limit):
        """Seconds from the interrupt to the reply."""
        begin = time.monotonic()
        self.kernel.interrupt()
        self.kernel.wait([cell], 30)
        took = cell.replied - begin
        self.assertLess(took, limit * SLACK, f"the reply after the interrupt\n{cell.told()}")
        return took

    # ---- what heeds it

    def test_a_fit_of_a_million_epochs_ends_with_what_it_has(self):
        self.kernel.check(DATA)
        cell = self.begun("let history = net.fit(&(&xs, &ys), Fit::epochs(1_000_000))?;")
        self.kernel.listen(2.5)
        self.assertIsNone(cell.reply, f"too fast to be interrupted\n{cell.told()}")
        self.interrupted(cell, 1)
        self.assertWorks(cell)
        self.assertRegex(self.kernel.check("history.stop_reason().to_string()").results[0], "(?i)interrupt")
        epochs = int(self.kernel.check("history.epochs()").results[0])
        self.assertTrue(10 < epochs < 1_000_000, epochs)
        # Thousands of epochs have learned the line, and the weights are those reached.
        self.assertWorks(self.kernel.run("net.predict_raw(&(&xs, &ys))?.len()"), "64")
        self.assertWorks(self.kernel.run("(net.score(&(&xs, &ys))? > 0.99, history.loss().len() == history.epochs())"), "(true, true)")
        # What is fitted next is not interrupted.
        self.assertWorks(self.kernel.run("net.fit(&(&xs, &ys), Fit::epochs(3))?.epochs()"), "3")

    def test_a_gradient_descent_ends_with_what_it_has(self):
        prepare = (
            "let many = Array2::from_shape_fn((4000, 8), |(row, at)| ((row * (at + 3)) % 17) as f64 / 17.0);\n"
            "let sums = many.sum_axis(ndarray::Axis(1));"
        )
        self.kernel.check(prepare)
        method = "LinearRegression::gradient_descent().learning_rate(0.001).batch(Batch::Mini(2000))"
        cell = self.begun(f"let descent = {method}.epochs(1_000_000).fit(&(&many, &sums))?;")
        self.kernel.listen(1)
        self.assertIsNone(cell.reply, f"too fast to be interrupted\n{cell.told()}")
        self.interrupted(cell, 1)
        self.assertWorks(cell)
        self.assertWorks(self.kernel.run("(descent.epochs() > 0, descent.epochs() < 1_000_000, descent.converged())"), "(true, true, false)")
        self.assertWorks(self.kernel.run("descent.predict(&many)?.len()"), "4000")

    def test_cells_behind_an_interrupted_fit_are_not_run(self):
        """Its reply is "ok", as the fit has a result; what was sent behind it waits no longer, and says so."""
        self.kernel.check(DATA)
        cell = self.begun("let history = net.fit(&(&xs, &ys), Fit::epochs(1_000_000))?;")
        behind = self.kernel.send("history.epochs() > 0")
        self.interrupted(cell, 1)
        self.kernel.wait([behind], 20)
        self.assertIn(behind.status, ("ok", "aborted"), behind.told())
        self.assertEqual(behind.results, ["true"] if behind.status == "ok" else [], behind.told())

    def test_a_loop_of_the_readers_own_can_heed_it(self):
        self.kernel.check("let kept = 41;")
        cell = self.begun(
            "let mut rounds = 0;\nwhile !gradus::interrupted() { std::thread::sleep(std::time::Duration::from_millis(20)); rounds += 1; }\n"
            "rounds > 10"
        )
        self.kernel.listen(1)
        self.interrupted(cell, 1)
        self.assertWorks(cell, "true")
        self.assertWorks(self.kernel.run("kept + 1"), "42")
        self.assertWorks(self.kernel.run("gradus::interrupted()"), "false")

    # ---- what does not

    def lost(self, cell):
        self.assertFails(cell, "(?i)variable")
        self.assertHealthy()
        self.assertFails(self.kernel.run("lost + 1"), "lost", lines=40)
        self.assertFails(self.kernel.run('panic!("boom 60");'), "boom 60", lines=4)
        self.assertWorks(self.kernel.run("Array1::<f64>::zeros(3).len()"), "3")

    def test_a_plain_loop_ends_within_three_seconds(self):
        self.kernel.check("let lost = 1;")
        cell = self.begun(LOOP)
        behind = self.kernel.send('println!("must not run");')
        self.interrupted(cell, 4)
        self.kernel.wait([behind], 20)
        self.assertAborted(behind)
        self.lost(cell)

    def test_a_second_interrupt_ends_a_plain_loop_at_once(self):
        self.kernel.check("let lost = 1;")
        cell = self.begun(LOOP)
        self.kernel.interrupt()
        self.kernel.listen(0.4)
        self.interrupted(cell, 1.2)
        self.lost(cell)

    @slow
    def test_a_sleeping_cell_is_ended_as_well(self):
        cell = self.begun("std::thread::sleep(std::time::Duration::from_secs(60));")
        self.interrupted(cell, 4)
        self.assertFails(cell, "(?i)variable")
        self.assertHealthy()

    def test_a_cell_that_ends_by_itself_after_the_interrupt_loses_nothing(self):
        self.kernel.check("let kept = 41;")
        cell = self.begun("std::thread::sleep(std::time::Duration::from_millis(1300));\nkept")
        self.interrupted(cell, 3)
        self.assertWorks(cell, "41")
        self.assertWorks(self.kernel.run("kept + 1"), "42")

    # ---- at other times

    def test_an_interrupt_while_idle_does_no_harm(self):
        self.kernel.check("let kept = 41;")
        for _ in range(3):
            self.kernel.interrupt()
        self.kernel.listen(0.5)
        self.assertWorks(self.kernel.run("kept + 1"), "42")
        # Nor later: a cell of three seconds is not ended by an old interrupt.
        self.assertWorks(self.kernel.run("std::thread::sleep(std::time::Duration::from_secs(3)); kept + 2"), "43")
        self.kernel.check(DATA)
        self.assertWorks(self.kernel.run("net.fit(&(&xs, &ys), Fit::epochs(5))?.epochs()"), "5")

    def test_an_interrupt_while_a_cell_is_compiled_keeps_variables(self):
        self.kernel.check("let kept = 41;")
        cell = self.kernel.send(SLOW_TO_COMPILE)
        behind = self.kernel.send('println!("behind");')
        self.kernel.until(lambda: cell.was_run, 20, [cell])
        self.kernel.listen(0.5)
        self.assertIsNone(cell.reply, f"too fast to be interrupted\n{cell.told()}")
        begin = time.monotonic()
        self.kernel.interrupt()
        self.kernel.wait([cell, behind], 30)
        self.assertLess(cell.replied - begin, 10 * SLACK, cell.told())
        self.assertWorks(self.kernel.run("kept + 1"), "42")
        self.assertHealthy()


if __name__ == "__main__":
    unittest.main()
