"""The kernel as its readers use it, through Jupyter's own client.

    python kernel/tests/acceptance [--list] [-k WORD] [test_order …]

runs with the Python of `cargo xtask setup` and its `JUPYTER_PATH` (both are found where they are not given). What the environment may say:

GRADUS_TEST_KERNEL   the kernel's name; default `gradus`
GRADUS_SLOW_TESTS=1  also what takes many minutes
GRADUS_TEST_SLACK    by how much all limits of time are multiplied; default 1
GRADUS_TEST_SEED     the seed of tests that draw at random
"""

import argparse
import signal
import sys
import time
import unittest
from pathlib import Path

import harness


class Result(unittest.TextTestResult):
    """One line a test, with the time it took; what failed is said at once, since the whole takes minutes."""

    def startTest(self, test):
        self.begin, self.said = time.monotonic(), False
        super().startTest(test)

    def stopTest(self, test):
        if not self.said:
            # A part of it failed; nothing else says that the test ended.
            self._line("FAILED")
        super().stopTest(test)

    def addSubTest(self, test, subtest, err):
        unittest.TestResult.addSubTest(self, test, subtest, err)
        if err:
            self.stream.write(f"\n    {subtest._subDescription()} FAILED … ")

    def getDescription(self, test):
        whole = getattr(test, "test_case", test)
        part = f" {test._subDescription()}" if whole is not test else ""
        return f"{type(whole).__module__}: {whole._testMethodName.removeprefix('test_').replace('_', ' ')}{part}"

    def _line(self, word, err=None):
        self.said = True
        self.stream.writeln(f"{word}  {time.monotonic() - self.begin:5.1f} s")
        if err:
            # The rest stands at the end.
            self.stream.writeln("\n".join(f"    {line[:200]}" for line in str(err[1]).strip().splitlines()[:6]))
        self.stream.flush()

    def addSuccess(self, test):
        unittest.TestResult.addSuccess(self, test)
        self._line("ok")

    def addFailure(self, test, err):
        unittest.TestResult.addFailure(self, test, err)
        self._line("FAILED", err)

    def addError(self, test, err):
        unittest.TestResult.addError(self, test, err)
        self._line("FAILED", err)

    def addSkip(self, test, reason):
        unittest.TestResult.addSkip(self, test, reason)
        self._line(f"skipped ({reason})")


def tests_of(suite):
    for each in suite:
        if isinstance(each, unittest.TestSuite):
            yield from tests_of(each)
        else:
            yield each


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*", help="test_order …; all by default")
    parser.add_argument("-k", dest="words", action="append", default=[], metavar="WORD", help="only tests with this in their name")
    parser.add_argument("-x", dest="first", action="store_true", help="stop at the first failure")
    parser.add_argument("--list", action="store_true", help="only name the tests")
    arguments = parser.parse_args()

    folder = Path(__file__).resolve().parent
    modules = arguments.modules or sorted(file.stem for file in folder.glob("test_*.py"))
    loader = unittest.TestLoader()
    suite = unittest.TestSuite(loader.loadTestsFromName(name) for name in modules)
    chosen = [test for test in tests_of(suite) if all(word.replace(" ", "_") in test.id() for word in arguments.words)]
    if loader.errors or not chosen:
        sys.exit("\n".join(loader.errors) or "no such test")
    if arguments.list:
        sys.exit("\n".join(test.id() for test in chosen))

    # As Ctrl-C, so that the kernels are ended then, too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    begin = time.monotonic()
    runner = unittest.TextTestRunner(resultclass=Result, verbosity=2, failfast=arguments.first)
    try:
        passed = runner.run(unittest.TestSuite(chosen)).wasSuccessful()
    finally:
        left = harness.end_everything()
    if left:
        print("left behind by the tests:", *left, sep="\n  ")
    print(f"{len(chosen)} tests in {time.monotonic() - begin:.0f} s")
    sys.exit(0 if passed and not left else 1)


if __name__ == "__main__":
    main()
