"""A cell that fails says so in its reply, under itself and in few words, and nothing behind it is run."""

import unittest

from case import Test
from harness import SLOW

# What fails, by the way in which it does; and what the message must say.
FAILURES = {
    "panic": ('panic!("boom 17");', ["boom 17"]),
    "question mark": ('Err::<(), _>(std::io::Error::other("no such thing 18"))?;', ["no such thing 18"]),
    "question mark on a gradus error": ("vector.column(0).to_vec(); read_csv(\"no-such-file-19.csv\")?;", ["no-such-file-19.csv"]),
    "index": ("list[7]", ["index out of bounds: the len is 3 but the index is 7"]),
    "unwrap on None": ("list.get(7).unwrap() + 1", [r"called `Option::unwrap\(\)` on a `None` value"]),
    "overflow": ('let most: u8 = "255".parse().unwrap(); most + 1', ["attempt to add with overflow"]),
    "compile error": ('let number: i32 = "text";', ["mismatched types"]),
    "unknown name": ("not_defined_20 + 1", ["not_defined_20"]),
    "a panic in a library": ('"x".repeat(usize::MAX)', ["capacity overflow", r"\.rs:\d+"]),
    "a panic of several lines": ('panic!("first line\\nsecond line");', ["first line\nsecond line"]),
    "a panic in another thread that is joined": (
        'std::thread::spawn(|| panic!("in a thread 21")).join().expect("the thread is gone 22");',
        ["the thread is gone 22"],
    ),
}
# Those that take different ways through the kernel.
SOME = {name: each for name, each in FAILURES.items() if SLOW or name in ("panic", "question mark", "index", "compile error")}
PREPARE = "let list = vec![1, 2, 3];\nlet vector = array![[1.0, 2.0]];\nlet kept = 41;"


class Failures(Test):
    def test_every_failure_is_an_error_under_its_cell_and_variables_stay(self):
        self.kernel.check(PREPARE)
        for number, (name, (code, texts)) in enumerate(FAILURES.items()):
            with self.subTest(name):
                cell = self.kernel.run(code, allow_stdin=number % 2 == 0)
                self.assertFails(cell, *texts, lines=40 if name in ("compile error", "unknown name") else 12)
                self.assertWorks(self.kernel.run("kept + 1"), "42")

    def test_output_before_a_failure_stays_in_front_of_the_message(self):
        cell = self.kernel.run('println!("before");\neprintln!("aside");\npanic!("boom 23");')
        self.assertFails(cell, "boom 23")
        self.assertEqual(cell.stdout, "before\n", cell.told())
        self.assertEqual(cell.outputs, ["stdout", "stderr", "error"], cell.told())

    def test_the_message_is_told_once(self):
        for code, text in (('panic!("boom 24");', "boom 24"), ('Err::<(), _>(std::io::Error::other("gone 25"))?;', "gone 25")):
            cell = self.kernel.run(code)
            self.assertFails(cell, text)
            self.assertEqual(cell.stream(), "", f"the same words on a stream as well\n{cell.told()}")

    def test_cells_behind_a_failure_are_aborted(self):
        self.kernel.check(PREPARE)
        for name, (code, texts) in SOME.items():
            with self.subTest(name):
                sources = ["let fresh = 5;", code, 'println!("must not run");', "1 + 1"]
                first, failing, *behind = self.kernel.wait([self.kernel.send(source) for source in sources])
                self.assertWorks(first)
                self.assertFails(failing, *texts, lines=40)
                for cell in behind:
                    self.assertAborted(cell)
                self.assertWorks(self.kernel.run("fresh + kept"), "46")

    def test_stop_on_error_false_lets_later_cells_run(self):
        self.kernel.check(PREPARE)
        for allow_stdin, (name, (code, texts)) in enumerate(SOME.items()):
            with self.subTest(name):
                failing = self.kernel.send(code, stop_on_error=False, allow_stdin=allow_stdin % 2 == 1)
                after = self.kernel.send("kept + 2")
                self.kernel.wait([failing, after])
                self.assertFails(failing, *texts, lines=40)
                self.assertWorks(after, "43")

    def test_a_failure_does_not_end_what_is_sent_after_its_reply(self):
        self.assertFails(self.kernel.run('panic!("boom 26");'), "boom 26")
        self.assertWorks(self.kernel.run("3 + 4"), "7")

    def test_execution_counts_rise_and_agree(self):
        counts = []
        for code in ("1 + 1", 'panic!("boom 27");', "2 + 2"):
            cell = self.kernel.run(code)
            asked = cell.of("execute_input")[0]["execution_count"]
            self.assertEqual(cell.reply["execution_count"], asked, cell.told())
            for result in cell.of("execute_result"):
                self.assertEqual(result["execution_count"], asked, cell.told())
            counts.append(asked)
        self.assertEqual([count - counts[0] for count in counts], [0, 1, 2])

    def test_an_error_that_is_shown_and_not_raised_is_no_failure(self):
        cell = self.kernel.run('read_csv("no-such-file-28.csv")')
        self.assertWorks(cell)
        self.assertRegex(cell.results[0], "no-such-file-28.csv")
        cell = self.kernel.run('let caught = std::panic::catch_unwind(|| panic!("caught 29")).is_err(); caught')
        self.assertEqual((cell.status, cell.results, cell.errors), ("ok", ["true"], []), cell.told())


class Exit(Test):
    """The process that holds the variables ends in the midst of a cell."""

    def ends(self, code, *texts):
        self.kernel.check("let gone = 1;")
        sources = [code, 'println!("must not run");']
        failing, behind = self.kernel.wait([self.kernel.send(source) for source in sources])
        self.assertFails(failing, "(?i)variable", *texts)
        self.assertAborted(behind)
        self.assertHealthy()
        self.assertFails(self.kernel.run("gone + 1"), "gone", lines=40)
        # The library is still there, and the short messages too.
        self.assertWorks(self.kernel.run("Array1::<f64>::zeros(2).len()"), "2")
        self.assertFails(self.kernel.run('panic!("boom 30");'), "boom 30", lines=4)

    def test_exit_ends_the_cell_and_says_that_variables_are_gone(self):
        self.ends("std::process::exit(3)", "3")

    def test_abort_ends_the_cell_and_says_that_variables_are_gone(self):
        self.ends("std::process::abort()")

    def test_a_stack_overflow_ends_the_cell_and_says_that_variables_are_gone(self):
        deep = "fn deep(n: u64) -> u64 { if n == 0 { 0 } else { std::hint::black_box(deep(n + 1)) + 1 } }\ndeep(1)"
        self.ends(deep)

    def test_stop_on_error_false_lets_later_cells_run_in_the_new_process(self):
        failing = self.kernel.send("std::process::exit(0)", stop_on_error=False)
        after = self.kernel.send("5 + 6")
        self.kernel.wait([failing, after])
        self.assertFails(failing, "(?i)variable")
        self.assertWorks(after, "11")


if __name__ == "__main__":
    unittest.main()
