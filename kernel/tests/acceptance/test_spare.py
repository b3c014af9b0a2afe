"""A kernel that was started in advance is a notebook's at once, and goes with it."""

import time
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory

import harness
import processes
from case import Test, slow
from spare import TAKES_IT, Spare


class Spares(Test):
    uses_shared = False

    def taken(self, spare, **how):
        kernel = self.started(environment=TAKES_IT, mark=spare.mark, load=False, **how)
        self.assertFalse(list(spare.live.glob(f"*{spare.child.pid}*.spare")), "the spare still waits")
        return kernel

    def test_a_spare_is_a_kernel_at_once_and_in_the_notebooks_folder(self):
        live = harness.live_folder()
        with Spare() as spare, TemporaryDirectory() as folder:
            family = spare.processes()
            runner = processes.running_cells(family)
            begin = time.monotonic()
            kernel = self.taken(spare, cwd=folder)
            kernel.check(":dep gradus\nuse gradus::prelude::*;")
            kernel.check("let one = 1.0_f64;")
            took = time.monotonic() - begin
            self.assertEqual(processes.running_cells(kernel.processes()), runner, "it is not the spare")
            self.assertLess(took, 3 * harness.SLACK, "seconds until the first `let` is done")
            self.assertWorks(kernel.run("std::env::current_dir()?.display().to_string()"), f'"{Path(folder).resolve()}"')
            self.assertFails(kernel.run('panic!("boom 98");'), "boom 98", lines=4)
            self.assertHealthy(kernel)
            family |= kernel.processes()
            self.assertEqual(kernel.end(), [])
            self.nothing_left(family, live)

    def nothing_left(self, family, live):
        left = processes.wait_until_gone(lambda: [pid for pid in family if processes.is_alive(pid)])
        self.assertEqual(processes.described(left), [])
        self.assertEqual(processes.wait_until_gone(live.left), [])

    def test_a_spare_that_was_taken_dies_with_the_process_that_jupyter_knows(self):
        live = harness.live_folder()
        with Spare() as spare:
            kernel = self.taken(spare)
            kernel.send("loop { std::thread::yield_now(); }")
            kernel.listen(1.5)
            family = kernel.processes() | spare.processes()
            processes.kill(kernel.pid)
            self.nothing_left(family, live)

    def test_a_spare_that_nobody_keeps_goes(self):
        live = harness.live_folder()
        with Spare() as spare:
            family = spare.processes()
            spare.let_go()
            self.nothing_left(family, live)

    @slow
    def test_a_spare_that_was_killed_is_not_waited_for(self):
        live = harness.live_folder()
        with Spare() as spare:
            family = spare.processes()
            processes.kill(spare.child.pid)
            kernel = self.started(environment=TAKES_IT)
            self.assertHealthy(kernel)
            kernel.end()
            self.nothing_left(family, live)

    @slow
    def test_none_is_taken_where_that_is_turned_off(self):
        with Spare() as spare:
            kernel = self.started(environment={"GRADUS_SPARE": "0"}, load=False)
            mine = processes.running_cells(kernel.processes())
            self.assertTrue(mine and not set(mine) & spare.processes())


if __name__ == "__main__":
    unittest.main()
