"""Parts of the kernel are killed: the reader is told what is lost and can go on, and nothing is left behind."""

import os
import random
import signal
import time
import unittest

import harness
import processes
from case import SLOW_TO_COMPILE, Test, slow

SLEEP = 'println!("begun"); std::thread::sleep(std::time::Duration::from_secs(20));'


def running_cells(kernel):
    """The process that runs the cells."""
    found = processes.running_cells(kernel.processes())
    assert len(found) == 1, f"which process runs the cells? {processes.described(kernel.processes())}"
    return found[0]


def evcxr(kernel):
    found = processes.evcxr(kernel.processes())
    assert len(found) == 1, f"which process is evcxr? {processes.described(kernel.processes())}"
    return found[0]


class Death(Test):
    def sleeping(self, kernel):
        """A cell that has begun, and one behind it."""
        cell = kernel.send(SLEEP)
        behind = kernel.send('println!("must not run");')
        kernel.until(lambda: "begun" in cell.stdout or cell.reply, 20, [cell])
        self.assertIsNone(cell.reply, cell.told())
        return cell, behind

    def told_that_variables_are_gone(self, kernel, cell, behind):
        kernel.wait([cell, behind], 20)
        self.assertFails(cell, "(?i)variable")
        self.assertAborted(behind)
        self.assertGreaterEqual(cell.stdout.count("begun"), 1)

    def goes_on(self, kernel):
        """The next cell works, and what follows has the library and short messages."""
        self.assertHealthy(kernel)
        self.assertFails(kernel.run("lost + 1"), "lost", lines=40)
        self.assertWorks(kernel.run("Array1::<f64>::zeros(3).len()"), "3")
        self.assertFails(kernel.run('panic!("boom 50");'), "boom 50", lines=4)
        self.assertWorks(kernel.run("let again = 8;"))
        self.assertWorks(kernel.run("again"), "8")

    def idle_death(self, kernel, find):
        kernel.check("let lost = 1;")
        seen = len(kernel.strays)
        processes.kill(find(kernel))
        kernel.listen(1.5)
        told = [str(stray) for stray in kernel.strays[seen:]]
        cell = kernel.run("1 + 1", timeout=30)
        told += [each.words for each in kernel.by_id.values() if each.late] + [cell.words]
        self.assertRegex("\n".join(told), "(?i)variable", f"the reader is not told\n{cell.told()}")
        if cell.status == "ok":
            self.assertWorks(cell, "2")
        else:
            self.assertFails(cell, "(?i)variable")
        self.goes_on(kernel)

    def test_the_process_that_runs_cells_is_killed_in_a_cell(self):
        self.kernel.check("let lost = 1;")
        cells = self.sleeping(self.kernel)
        processes.kill(running_cells(self.kernel))
        self.told_that_variables_are_gone(self.kernel, *cells)
        self.goes_on(self.kernel)

    def test_the_process_that_runs_cells_is_killed_while_idle(self):
        self.idle_death(self.kernel, running_cells)

    def test_the_last_output_before_an_end_is_shown(self):
        # The busy threads make it likely that the process ends between reading output and passing it on.
        busy = "for _ in 0..8 { std::thread::spawn(|| loop { std::hint::spin_loop() }); }"
        for at in range(3):
            for end in ["exit(3)", "abort()"]:
                cell = self.kernel.run(f'{busy} println!("the last {at}, before {end}"); std::process::{end}', timeout=30)
                self.assertFails(cell, "has ended")
                self.assertEqual(cell.stdout, f"the last {at}, before {end}\n", cell.told())

    def test_evcxr_is_killed_in_a_cell(self):
        self.kernel.check("let lost = 1;")
        cells = self.sleeping(self.kernel)
        processes.kill(evcxr(self.kernel))
        self.told_that_variables_are_gone(self.kernel, *cells)
        self.again_with_the_library()

    def test_evcxr_is_killed_while_idle(self):
        kernel = self.kernel
        kernel.check("let lost = 1;")
        processes.kill(evcxr(kernel))
        kernel.listen(1.5)
        cell = kernel.run("1 + 1", timeout=60)
        told = "\n".join([str(kernel.strays), *(each.words for each in kernel.by_id.values() if each.late), cell.words])
        self.assertRegex(told, "(?i)variable", f"the reader is not told\n{cell.told()}")
        self.again_with_the_library()

    def again_with_the_library(self):
        """A new evcxr knows nothing of the notebook: its first cell is run again, as the reader does."""
        self.kernel.check(harness.load_library(), timeout=120)
        self.goes_on(self.kernel)

    @slow
    def test_evcxr_is_killed_while_it_compiles(self):
        cell = self.kernel.send(SLOW_TO_COMPILE)
        self.kernel.until(lambda: cell.was_run, 20, [cell])
        self.kernel.listen(0.5)
        processes.kill(evcxr(self.kernel))
        self.kernel.wait([cell], 30)
        self.assertFails(cell, "(?i)variable")
        self.again_with_the_library()

    @slow
    def test_evcxr_is_frozen_and_the_reader_can_still_restart(self):
        kernel = self.started(load=False)
        processes_before = kernel.processes()
        os.kill(evcxr(kernel), signal.SIGSTOP)
        kernel.send("1 + 1")
        kernel.listen(0.5)
        begin = time.monotonic()
        kernel.manager.shutdown_kernel(now=False)
        self.assertLess(time.monotonic() - begin, 15 * harness.SLACK)
        left = processes.wait_until_gone(lambda: [pid for pid in processes_before if processes.is_alive(pid)])
        self.assertEqual(processes.described(left), [])


class Front(Test):
    uses_shared = False

    def nothing_left(self, family, live):
        left = processes.wait_until_gone(lambda: [pid for pid in family if processes.is_alive(pid)])
        self.assertEqual(processes.described(left), [], "processes that outlive the kernel")
        self.assertEqual(processes.wait_until_gone(live.left), [], "folders and locks that outlive the kernel")

    def asleep(self):
        """A kernel with a variable, in the midst of a cell; with the folder as it was before, and its processes."""
        live = harness.live_folder()
        kernel = self.started()
        kernel.check("let lost = 1;")
        cell = kernel.send(SLEEP)
        kernel.until(lambda: cell.stdout, 20, [cell])
        return live, kernel, kernel.processes()

    def test_the_front_is_killed_and_the_client_restarts_it(self):
        live, kernel, family = self.asleep()
        processes.kill(kernel.pid)
        kernel.until(lambda: not kernel.manager.is_alive(), 10, dies=True)
        self.nothing_left(family, live)
        kernel.manager.restart_kernel(now=True)
        kernel.connect()
        kernel.wait_for_ready()
        kernel.check(harness.load_library(), timeout=120)
        self.assertHealthy(kernel)
        family = kernel.processes()
        self.assertEqual(kernel.end(), [])
        self.nothing_left(family, live)

    def test_a_kernel_that_is_asked_to_end_leaves_nothing(self):
        live = harness.live_folder()
        kernel = self.started()
        family = kernel.processes()
        begin = time.monotonic()
        kernel.manager.shutdown_kernel(now=False)
        self.assertLess(time.monotonic() - begin, 4 * harness.SLACK, "it must be killed since it does not end itself")
        self.nothing_left(family, live)

    @slow
    def test_a_restart_while_a_cell_runs_gives_a_fresh_kernel(self):
        live, kernel, family = self.asleep()
        kernel.manager.restart_kernel(now=False)
        kernel.connect()
        kernel.wait_for_ready()
        left = processes.wait_until_gone(lambda: [pid for pid in family if processes.is_alive(pid)])
        self.assertEqual(processes.described(left), [], "processes of before the restart")
        kernel.check(harness.load_library(), timeout=120)
        self.assertFails(kernel.run("lost + 1"), "lost", lines=40)
        self.assertHealthy(kernel)
        family = kernel.processes()
        self.assertEqual(kernel.end(), [])
        self.nothing_left(family, live)

    def test_kernels_killed_at_random_moments_leave_nothing(self):
        random.seed(harness.SEED)
        live, family = harness.live_folder(), set()
        for number in range(20 if harness.SLOW else 4):
            how = random.choice(("front", "jupyter", "evcxr", "cells", "all"))
            kernel = harness.Kernel(load=False, wait=False)
            self.addCleanup(kernel.end)
            # As it starts, as it is ready, as it compiles.
            moment = random.choice((random.uniform(0, 1), random.uniform(1, 9), 9))
            with self.subTest(f"{number}: {how} after {moment:.2f} s"):
                end = time.monotonic() + moment
                while time.monotonic() < end:
                    time.sleep(0.1)
                    family |= kernel.processes()
                if moment == 9:
                    kernel.wait_for_ready()
                    kernel.send(harness.load_library())
                    kernel.send("loop { std::thread::yield_now(); }")
                    time.sleep(random.uniform(0, 3))
                mine = kernel.processes()
                family |= mine
                victims = {"evcxr": processes.evcxr(mine), "cells": processes.running_cells(mine), "all": sorted(mine)}
                for pid in victims.get(how, []):
                    processes.kill(pid)
                if how in ("evcxr", "cells"):
                    time.sleep(random.uniform(0, 1))
                if how != "jupyter":
                    processes.kill(kernel.pid)
                self.assertEqual(kernel.end(), [])
        if any(live.left()):
            # Where the one who cleans up was killed as well, the next kernel does it.
            self.assertEqual(harness.Kernel(load=False).end(), [])
        self.nothing_left(family, live)


if __name__ == "__main__":
    unittest.main()
