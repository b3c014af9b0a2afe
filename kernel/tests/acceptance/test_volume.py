"""Much output: complete, or cut with a word about it, and in time."""

import unittest

from case import Test, slow
from harness import SLACK

CUT = r"(?i)\b(cut|left out|omitted|truncated|not shown|more lines|skipped)\b"


class Volume(Test):
    def complete_or_cut(self, code, count, expected):
        """`code` holds COUNT, how often it prints; with 1 it costs what its compiling costs."""
        alone = self.kernel.check(code.replace("COUNT", "1")).seconds
        cell = self.kernel.run(code.replace("COUNT", str(count)), timeout=120)
        self.assertEqual((cell.status, cell.errors), ("ok", []), cell.told()[:3000])
        took = cell.seconds - alone
        text = cell.stdout
        if text != expected:
            self.assertRegex(cell.words, CUT, f"{len(text)} of {len(expected)} characters, and no word about it")
            self.assertGreater(len(text), 10_000)
            self.assertEqual(text[:5000], expected[:5000])
        self.assertNothingLate(cell)
        self.assertLess(took, 5 * SLACK, "seconds for the output")
        self.assertHealthy()
        return cell

    def test_a_hundred_thousand_lines(self):
        self.complete_or_cut('for i in 0..COUNT { println!("line {i}"); }', 100_000, "".join(f"line {i}\n" for i in range(100_000)))

    def test_ten_megabytes(self):
        code = 'let line = "x".repeat(99);\nfor _ in 0..COUNT { println!("{line}"); }'
        self.complete_or_cut(code, 100_000, ("x" * 99 + "\n") * 100_000)

    def test_one_line_of_ten_megabytes(self):
        self.complete_or_cut('println!("{}", "0123456789".repeat(COUNT));', 1_000_000, "0123456789" * 1_000_000 + "\n")

    @slow
    def test_ten_megabytes_without_a_lines_end(self):
        self.complete_or_cut('print!("{}", "0123456789".repeat(COUNT));', 1_000_000, "0123456789" * 1_000_000)

    def test_much_on_the_error_stream(self):
        alone = self.kernel.check('for i in 0..1 { eprintln!("line {i}"); }').seconds
        cell = self.kernel.run('for i in 0..100_000 { eprintln!("line {i}"); }', timeout=120)
        self.assertEqual((cell.status, cell.errors), ("ok", []), cell.told()[:3000])
        if cell.stderr != "".join(f"line {i}\n" for i in range(100_000)):
            self.assertRegex(cell.words, CUT, f"{len(cell.stderr)} characters, and no word about it")
        self.assertLess(cell.seconds - alone, 5 * SLACK)
        self.assertHealthy()

    def test_a_large_result(self):
        cell = self.kernel.run('"0123456789".repeat(300_000)', timeout=60)
        self.assertWorks(cell)
        self.assertIn("0123456789" * 100, cell.results[0])
        self.assertHealthy()

    def test_many_displays(self):
        cell = self.kernel.run("for i in 0..300 { display(&i); }", timeout=60)
        self.assertWorks(cell)
        self.assertEqual([each["data"]["text/plain"] for each in cell.displays], [str(i) for i in range(300)])


if __name__ == "__main__":
    unittest.main()
