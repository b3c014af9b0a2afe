"""Many cells at once, half of them failing in six ways, beside other work."""

import random
import re
import unittest

import harness
from case import Test
from processes import Busy

ROUNDS, CELLS = (10, 200) if harness.SLOW else (1, 60)
TOKEN = re.compile(r"token_(\d+_\d+)_end")

# Each says its token where it can: what is printed, then what fails.
WAYS = [
    'println!("TOKEN"); panic!("TOKEN");',
    'Err::<(), _>(std::io::Error::other("TOKEN"))?;',
    'eprintln!("TOKEN"); [1, 2, 3].to_vec()["TOKEN".len() + NUMBER]',
    "TOKEN + 1",
    'print!("TOKEN"); None::<i32>.unwrap() + 1',
    'println!("TOKEN"); std::process::exit(3)',
]
WORKS = [
    'println!("TOKEN");',
    'eprintln!("TOKEN"); "TOKEN"',
    'print!("TOKEN"); std::io::stdout().flush()?;',
    'let text = "TOKEN".to_string();\ntext.as_str()',
]


class Many(Test):
    def cells(self, at):
        """Sources with whether they fail; every way of failing is equally frequent."""
        chance = random.Random(harness.SEED + at)
        fails = [True] * (CELLS // 2) + [False] * (CELLS - CELLS // 2)
        chance.shuffle(fails)
        made, failed, worked = [], 0, 0
        for number, failing in enumerate(fails):
            way = WAYS[failed % len(WAYS)] if failing else WORKS[worked % len(WORKS)]
            failed, worked = failed + failing, worked + (not failing)
            source = way.replace("TOKEN", f"token_{at}_{number}_end").replace("NUMBER", str(number))
            made.append((source, failing, f"{at}_{number}"))
        return made

    def right(self, cell, failing, token):
        told = cell.told()
        self.assertEqual(cell.status, "error" if failing else "ok", told)
        self.assertEqual(len(cell.errors), 1 if failing else 0, told)
        found = set(TOKEN.findall(cell.words))
        if "[1, 2, 3]" not in cell.code or found:
            self.assertEqual(found, {token}, f"messages of other cells, or none of its own\n{told}")
        self.assertNothingLate(cell)

    def test_all_run_with_stop_on_error_false(self):
        with Busy():
            for at in range(ROUNDS):
                made = self.cells(at)
                sent = [self.kernel.send(source, stop_on_error=False) for source, _, _ in made]
                self.kernel.wait(sent, 4 * CELLS)
                self.kernel.listen(0.3)
                for cell, (_, failing, token) in zip(sent, made):
                    self.right(cell, failing, token)
                self.assertEqual(self.kernel.strays, [])
                # Kept messages of ten rounds would be searched again and again.
                self.kernel.by_id.clear()

    def test_none_runs_behind_a_failure(self):
        """All at once; those behind a failure are aborted, and sent again, as a reader would after a look."""
        with Busy():
            for at in range(ROUNDS):
                rest, rounds = self.cells(100 + at), 0
                while rest:
                    sent = [self.kernel.send(source) for source, _, _ in rest]
                    self.kernel.wait(sent, 4 * CELLS)
                    stop = next((place for place, (_, failing, _) in enumerate(rest) if failing), len(rest))
                    for place, (cell, (_, failing, token)) in enumerate(zip(sent, rest)):
                        if place <= stop:
                            self.right(cell, failing, token)
                        else:
                            self.assertAborted(cell)
                    rest, rounds = rest[stop + 1 :], rounds + 1
                self.kernel.listen(0.3)
                self.assertEqual(self.kernel.strays, [])
                self.assertGreaterEqual(rounds, CELLS // 2)
                self.kernel.by_id.clear()


if __name__ == "__main__":
    unittest.main()
