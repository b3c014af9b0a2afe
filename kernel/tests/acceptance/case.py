"""What a test of the kernel may say: which kernel it uses, and what must be so of a cell."""

import unittest
import uuid

from harness import ANSI, SLOW, Kernel, forget_shared, shared

# What other tests show as well, in another way, and what would make the whole take too long.
slow = unittest.skipUnless(SLOW, "slow")

# All of it is used, so that all of it is compiled: seconds of work for rustc.
SLOW_TO_COMPILE = (
    "\n".join(f'fn slow_{i}(x: f64) -> String {{ format!("{{x}} {{}}", x * {i}.5) }}' for i in range(800))
    + "\nlet slow: Vec<fn(f64) -> String> = vec!["
    + ", ".join(f"slow_{i}" for i in range(800))
    + "];\nprintln!(\"{}\", slow[7](1.0));"
)


class Test(unittest.TestCase):
    """Tests on the shared kernel. After a failure the next gets a new one."""

    maxDiff = 4000

    uses_shared = True

    @property
    def kernel(self):
        return shared()

    def run(self, result=None):
        before = len(result.failures) + len(result.errors) if result else 0
        super().run(result)
        if result and len(result.failures) + len(result.errors) > before and self.uses_shared:
            forget_shared()

    def started(self, **how):
        """A kernel of this test's own."""
        kernel = Kernel(**how)
        self.addCleanup(kernel.end)
        return kernel

    # ---- what must be so

    def assertFails(self, cell, *texts, lines=12):
        """The reply and one message under the cell say why, in the same words, and briefly."""
        told = cell.told()
        self.assertEqual(cell.status, "error", told)
        self.assertEqual(len(cell.errors), 1, f"messages of an error under the cell\n{told}")
        self.assertTrue(cell.was_run, told)
        for name in ("ename", "evalue", "traceback"):
            self.assertEqual(cell.reply.get(name), cell.errors[0].get(name), f"{name}\n{told}")
            self.assertTrue(cell.reply.get(name), f"{name} is empty\n{told}")
        trace = cell.reply["traceback"]
        self.assertTrue(isinstance(trace, list) and all(isinstance(line, str) for line in trace), told)
        shown = ANSI.sub("", "\n".join(trace))
        for text in texts:
            self.assertRegex(shown, text, told)
        self.assertLessEqual(len(shown.splitlines()), lines, f"a short message\n{told}")
        self.assertNothingLate(cell)

    def assertWorks(self, cell, result=None, stdout=None):
        told = cell.told()
        self.assertEqual(cell.status, "ok", told)
        self.assertEqual(cell.errors, [], told)
        if result is not None:
            self.assertEqual(cell.results, [result], told)
        if stdout is not None:
            self.assertEqual(cell.stdout, stdout, told)
        self.assertNothingLate(cell)

    def assertAborted(self, cell):
        told = cell.told()
        self.assertEqual(cell.status, "aborted", told)
        self.assertFalse(cell.was_run, f"a cell behind a failure was run\n{told}")
        self.assertEqual(cell.outputs, [], told)
        self.assertNothingLate(cell)

    def assertNothingLate(self, cell):
        self.assertEqual(cell.late, [], f"messages after the cell's end\n{cell.told()}")

    def assertHealthy(self, kernel=None):
        """A later cell answers, with its own output alone."""
        kernel = kernel or self.kernel
        token = f"healthy-{uuid.uuid4().hex[:8]}"
        cell = kernel.run(f'println!("{token}"); 6 * 7')
        self.assertWorks(cell, "42", f"{token}\n")
        self.assertEqual(cell.stderr, "", cell.told())
