"""Each message is under its own cell, and in the order in which it was written."""

import unittest

from case import Test
from processes import Busy


def lines(cell):
    """What the cell shows, as (stream or kind, line)."""
    shown, rest = [], {}
    for kind, content in cell.messages:
        if kind == "stream":
            name = content["name"]
            text = rest.pop(name, "") + content["text"]
            *whole, last = text.split("\n")
            shown += [(name, line) for line in whole]
            if last:
                rest[name] = last
        elif kind in ("display_data", "execute_result"):
            shown.append((kind, content["data"]["text/plain"]))
        elif kind == "error":
            shown.append((kind, content["evalue"]))
    return shown + list(rest.items())


class Order(Test):
    def check_order(self, code, expected):
        cell = self.kernel.run(code)
        self.assertWorks(cell)
        self.assertEqual(lines(cell), expected, cell.told()[:4000])

    def test_output_errors_and_the_result_come_as_they_were_written(self):
        code = 'for i in 0..50 { println!("out {i}"); eprintln!("err {i}"); }\n"end"'
        pairs = [pair for i in range(50) for pair in (("stdout", f"out {i}"), ("stderr", f"err {i}"))]
        self.check_order(code, [*pairs, ("execute_result", '"end"')])

    def test_displays_stand_between_the_lines_around_them(self):
        code = 'for i in 0..20 { println!("out {i}"); display(&i); eprintln!("err {i}"); }\n"end"'
        triples = [
            each for i in range(20) for each in (("stdout", f"out {i}"), ("display_data", f"{i}"), ("stderr", f"err {i}"))
        ]
        self.check_order(code, [*triples, ("execute_result", '"end"')])

    def test_text_written_to_the_error_stream_without_a_macro_is_all_there(self):
        """Two pipes have no common order; each has its own."""
        code = 'for i in 0..20 { writeln!(std::io::stdout(), "out {i}")?; writeln!(std::io::stderr(), "err {i}")?; }'
        cell = self.kernel.run(code)
        self.assertWorks(cell)
        for stream, word in (("stdout", "out"), ("stderr", "err")):
            self.assertEqual(cell.stream(stream).splitlines(), [f"{word} {i}" for i in range(20)], cell.told()[:4000])

    def test_dbg_is_in_order(self):
        cell = self.kernel.run('println!("a"); let sum = dbg!(1 + 1); println!("{sum}"); let both = dbg!(sum, 3);')
        self.assertWorks(cell)
        wanted = [("stdout", "a"), ("stderr", "1 + 1 = 2"), ("stdout", "2"), ("stderr", "sum = 2"), ("stderr", "3 = 3")]
        self.assertEqual(lines(cell), wanted, cell.told())

    def test_lines_of_several_threads_are_whole_and_all_there(self):
        code = (
            "std::thread::scope(|scope| for t in 0..4 { scope.spawn(move || for i in 0..50 "
            '{ println!("out {t}-{i}"); eprintln!("err {t}-{i}"); }); });'
        )
        cell = self.kernel.run(code)
        self.assertWorks(cell)
        shown = lines(cell)
        for t in range(4):
            for name, word in (("stdout", "out"), ("stderr", "err")):
                mine = [line for stream, line in shown if stream == name and line.startswith(f"{word} {t}-")]
                self.assertEqual(mine, [f"{word} {t}-{i}" for i in range(50)], name)
        self.assertEqual(len(shown), 400)

    def test_what_a_thread_prints_after_its_cell_is_not_lost(self):
        """It may stand under the cell that started the thread or the one that runs; nowhere else, and not in its midst."""
        code = 'std::thread::spawn(|| { std::thread::sleep(std::time::Duration::from_millis(600)); println!("afterwards 31"); });'
        first = self.kernel.check(code)
        second = self.kernel.check('std::thread::sleep(std::time::Duration::from_millis(1200)); println!("own 32");')
        self.kernel.listen(0.3)
        self.assertEqual((first.words + second.words).count("afterwards 31"), 1, first.told() + second.told())
        self.assertIn(("stdout", "own 32"), lines(second))
        self.assertHealthy()

    def test_messages_of_failures_are_under_their_own_cells_with_both_cores_busy(self):
        with Busy():
            cells, wanted = [], []
            for i in range(20):
                if i % 2 == 0:
                    code, word = f'let at = {i}; [1, 2, 3].to_vec()[at + 10]', f"the index is {i + 10}"
                else:
                    code, word = f'Err::<(), _>(std::io::Error::other("left through {i}!"))?;', f"left through {i}!"
                cells.append(self.kernel.send(code, stop_on_error=False))
                wanted.append(word)
                cells.append(self.kernel.send(f'println!("next {i}!");', stop_on_error=False))
                wanted.append(f"next {i}!")
            self.kernel.wait(cells, 180)
            self.kernel.listen(0.5)
        for number, (cell, word) in enumerate(zip(cells, wanted)):
            with self.subTest(number):
                self.assertIn(word, cell.words, cell.told())
                others = [other for other in wanted if other != word and other in cell.words]
                self.assertEqual(others, [], cell.told())
                self.assertEqual(cell.status, "ok" if word.startswith("next") else "error", cell.told())
                self.assertNothingLate(cell)
        self.assertEqual(self.kernel.strays, [])


if __name__ == "__main__":
    unittest.main()
