"""Text without a line's end, with carriage returns, and text that is none."""

import unittest

from case import Test


class Text(Test):
    def shows(self, code, stdout, **how):
        cell = self.kernel.run(code, **how)
        self.assertWorks(cell, stdout=stdout)
        self.assertHealthy()
        return cell

    def test_print_without_a_lines_end_is_under_its_own_cell(self):
        self.shows('print!("no end");', "no end")

    def test_flush_at_a_cells_end_returns(self):
        self.shows('print!("flushed"); std::io::stdout().flush()?;', "flushed", timeout=20)

    def test_flushed_text_shows_at_once(self):
        wait = "std::thread::sleep(std::time::Duration::from_millis(1500));"
        for write in ('print!("now"); std::io::stdout().flush()?;', 'println!("now");'):
            cell = self.kernel.run(f"{write} {wait}", timeout=20)
            self.assertWorks(cell)
            at = next(time for (kind, _), time in zip(cell.messages, cell.times) if kind == "stream")
            self.assertGreater(cell.replied - at, 1.0, f"shown only at the end\n{cell.told()}")
        self.assertHealthy()

    def test_print_and_a_result(self):
        cell = self.kernel.run('print!("value: "); 5')
        self.assertWorks(cell, "5", "value: ")
        self.assertEqual(cell.outputs, ["stdout", "execute_result"])
        self.assertHealthy()

    def test_print_without_a_lines_end_before_a_failure(self):
        cell = self.kernel.run('print!("so far"); panic!("boom 40");')
        self.assertFails(cell, "boom 40")
        self.assertEqual(cell.stdout, "so far", cell.told())
        cell = self.kernel.run('eprint!("so far"); Err::<(), _>(std::io::Error::other("gone 41"))?;')
        self.assertFails(cell, "gone 41")
        self.assertEqual(cell.stderr, "so far", cell.told())
        self.assertHealthy()

    def test_eprint_without_a_lines_end_is_under_its_own_cell(self):
        cell = self.kernel.run('eprint!("no end");')
        self.assertWorks(cell)
        self.assertEqual(cell.stderr, "no end", cell.told())
        self.assertHealthy()

    def test_carriage_returns_arrive_as_they_are(self):
        self.shows('print!("10 %\\r20 %\\r30 %\\n");', "10 %\r20 %\r30 %\n")

    def test_a_progress_bar_arrives_as_it_was_drawn_and_as_it_goes(self):
        code = (
            'for i in 1..=5 { print!("\\r[{}{}] {i}/5", "#".repeat(i), "-".repeat(5 - i)); std::io::stdout().flush()?; '
            "std::thread::sleep(std::time::Duration::from_millis(200)); }\nprintln!();"
        )
        cell = self.shows(code, "".join(f"\r[{'#' * i}{'-' * (5 - i)}] {i}/5" for i in range(1, 6)) + "\n", timeout=20)
        self.assertGreaterEqual(len(cell.of("stream")), 3, f"in one lump\n{cell.told()}")

    def test_windows_line_ends_and_empty_lines_arrive_as_they_are(self):
        self.shows('print!("a\\r\\n\\n\\nb\\n");', "a\r\n\n\nb\n")

    def test_a_byte_that_is_not_utf8_is_shown_as_such(self):
        self.shows("std::io::stdout().write_all(&[b'a', 0xff, b'b', b'\\n'])?;", "a\ufffdb\n")

    def test_bytes_that_are_not_utf8_in_every_place(self):
        self.shows("std::io::stdout().write_all(&[0xff, b'\\n', b'x', 0xc3, b'\\n', 0xfe])?;", "\ufffd\nx\ufffd\n\ufffd")

    def test_the_error_stream_may_hold_such_a_byte_too(self):
        cell = self.kernel.run("std::io::stderr().write_all(&[b'a', 0xff, b'b', b'\\n'])?;")
        self.assertWorks(cell)
        self.assertEqual(cell.stderr, "a\ufffdb\n", cell.told())
        self.assertHealthy()

    def test_characters_written_in_two_pieces_arrive_whole(self):
        code = (
            'let text = "ü→🦀ẞ".as_bytes();\nfor byte in text { std::io::stdout().write_all(&[*byte])?; '
            "std::io::stdout().flush()?; std::thread::sleep(std::time::Duration::from_millis(30)); }\nprintln!();"
        )
        self.shows(code, "ü→🦀ẞ\n", timeout=20)

    def test_control_characters_and_colors_arrive_as_they_are(self):
        self.shows('println!("\\x1b[31mred\\x1b[0m \\x07\\x08 tab\\tnul\\0end");', "\x1b[31mred\x1b[0m \x07\x08 tab\tnul\0end\n")

    def test_words_of_the_kernels_own_protocols_do_no_harm(self):
        """What a cell prints may look like a mark between the kernel's processes; later cells must not suffer."""
        marks = (
            "EVCXR_EXECUTION_COMPLETE", "EVCXR_BEGIN_CONTENT text/plain", "EVCXR_END_CONTENT", "EVCXR_PANIC_NOTIFICATION",
            "\\x1b_gradus;display;999999;", "\\x1b_gradus;nonsense;x;\\x1b\\\\", "\\x1b_gradus;display;2;{}\\x1b\\\\",
            "\\x1b_gradus;error;5;panic\\x1b\\\\",
        )
        for mark in marks:
            with self.subTest(mark):
                self.kernel.run(f'println!("{mark}");', timeout=20)
                # One cell may still be hit by what the mark began.
                self.kernel.run("1 + 1", timeout=20)
                self.assertHealthy()


if __name__ == "__main__":
    unittest.main()
