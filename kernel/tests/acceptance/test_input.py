"""A cell that reads from the standard input."""

import time
import unittest

from case import Test

READ = "let mut line = String::new();\nlet bytes = std::io::stdin().read_line(&mut line)?;\n(bytes, line)"


class Input(Test):
    def answer(self, cell, *answers):
        """Waits for one input box after another, and fills them in."""
        for number, text in enumerate(answers, 1):
            self.kernel.until(lambda: len(cell.inputs) >= number or cell.reply, 20, [cell])
            self.assertEqual(len(cell.inputs), number, f"input boxes\n{cell.told()}")
            asked = cell.inputs[-1]
            self.assertEqual((type(asked["prompt"]), asked["password"]), (str, False))
            self.kernel.client.input(text)
        self.kernel.wait([cell], 20)

    def test_a_line_is_asked_for_and_arrives(self):
        cell = self.kernel.send(READ, allow_stdin=True)
        self.answer(cell, "hello, ü")
        self.assertWorks(cell, '(10, "hello, ü\\n")')
        self.assertHealthy()

    def test_two_lines_are_asked_for_one_after_the_other(self):
        code = (
            "let (mut a, mut b) = (String::new(), String::new());\nstd::io::stdin().read_line(&mut a)?;\n"
            'println!("between");\nstd::io::stdin().read_line(&mut b)?;\nformat!("{}+{}", a.trim(), b.trim())'
        )
        cell = self.kernel.send(code, allow_stdin=True)
        self.answer(cell, "one", "two")
        self.assertWorks(cell, '"one+two"', "between\n")

    def test_the_question_is_there_before_the_box(self):
        cell = self.kernel.send('print!("your name? "); std::io::stdout().flush()?;\n' + READ, allow_stdin=True)
        self.kernel.until(lambda: cell.inputs or cell.reply, 20, [cell])
        self.kernel.listen(0.3)
        self.assertIn("your name?", cell.stdout + "".join(asked["prompt"] for asked in cell.inputs), cell.told())
        self.answer(cell, "Ada")
        self.assertWorks(cell, '(4, "Ada\\n")')

    def test_an_empty_line_is_a_line(self):
        cell = self.kernel.send(READ, allow_stdin=True)
        self.answer(cell, "")
        self.assertWorks(cell, '(1, "\\n")')

    def test_without_a_reader_it_ends_at_once_and_says_why(self):
        begin = time.monotonic()
        cell = self.kernel.run(READ, allow_stdin=False, timeout=20)
        self.assertWorks(cell, '(0, "")')
        # A cell of its own compiles in less than a second.
        self.assertLess(time.monotonic() - begin, 4, cell.told())
        self.assertRegex(cell.stderr, "(?i)(input|stdin)", cell.told())
        self.assertHealthy()

    def test_after_that_a_reader_is_asked_again(self):
        self.kernel.run(READ, allow_stdin=False, timeout=20)
        cell = self.kernel.send(READ, allow_stdin=True)
        self.answer(cell, "now")
        self.assertWorks(cell, '(4, "now\\n")')

    def test_a_part_of_a_line_can_be_read(self):
        code = "let mut one = [0_u8; 1];\nstd::io::stdin().lock().read_exact(&mut one)?;\none[0]"
        cell = self.kernel.send(code, allow_stdin=True)
        self.answer(cell, "xyz")
        self.assertWorks(cell, "120")
        self.assertHealthy()

    def test_an_interrupt_ends_the_wait_for_input(self):
        cell = self.kernel.send(READ, allow_stdin=True)
        self.kernel.until(lambda: cell.inputs or cell.reply, 20, [cell])
        self.kernel.interrupt()
        self.kernel.wait([cell], 8)
        self.assertHealthy()


if __name__ == "__main__":
    unittest.main()
