"""Measures a kernel: how soon it is there, how fast cells are, how much memory it takes. Not a test.

    python kernel/tests/acceptance/measure.py [--starts 3] [--cells 20]

A spare is started for each of its rows and has two seconds of rest; `--no-spare` leaves them out. Times are in seconds from the
start (a later cell's from its sending), memory in MB.
"""

import argparse
import statistics
import time

import harness
import processes
from spare import TAKES_IT, Spare


def once(spare, cells):
    begin = time.monotonic()
    how = {"environment": TAKES_IT, "mark": spare.mark} if spare else {}
    kernel = harness.Kernel(load=False, **how)
    row = {"ready": time.monotonic() - begin}
    try:
        kernel.check(f':dep gradus = {{ path = "{harness.checkout()}" }}\nuse gradus::prelude::*;', timeout=600)
        row["library"] = time.monotonic() - begin
        kernel.check("let one = 1.0_f64;")
        row["first let"] = time.monotonic() - begin
        times = []
        for number in range(cells):
            code = f"let value_{number} = one + {number}.0;" if number % 2 == 0 else f"value_{number - 1} * 2.0"
            times.append(kernel.check(code).seconds)
        row["later cell"] = statistics.median(times)
        kernel.listen(2)
        family = kernel.processes()
        row["RSS"], row["PSS"] = processes.memory(family)
        row["each"] = sorted(((processes.memory([pid])[1], processes.program(pid)) for pid in family), reverse=True)
    finally:
        kernel.end()
    return row


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--starts", type=int, default=3)
    parser.add_argument("--cells", type=int, default=20)
    parser.add_argument("--no-spare", action="store_true", help="only without a spare")
    arguments = parser.parse_args()

    names = ["ready", "library", "first let", "later cell", "RSS", "PSS"]
    print(f"{'':<18}" + "".join(f"{name:>12}" for name in names))
    for kind in ["without a spare"] + ["with a spare"] * (not arguments.no_spare):
        rows = []
        for _ in range(arguments.starts):
            if kind == "with a spare":
                with Spare() as spare:
                    # At rest, as it waits for its notebook.
                    time.sleep(2)
                    rows.append(once(spare, arguments.cells))
            else:
                rows.append(once(None, arguments.cells))
        middle = [statistics.median(row[name] for row in rows) for name in names]
        shown = [f"{value:12.2f}" for value in middle[:4]] + [f"{value:12.0f}" for value in middle[4:]]
        print(f"{kind:<18}" + "".join(shown), flush=True)
        print("    PSS by process: " + ", ".join(f"{name} {size:.0f}" for size, name in rows[-1]["each"]))


if __name__ == "__main__":
    main()
