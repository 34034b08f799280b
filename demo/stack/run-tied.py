"""Runs a program for as long as stdin stays open: the launcher holds the other end, so the program never outlives it."""

import signal
import subprocess
import sys
import threading

PATIENCE = 5  # seconds from SIGTERM to SIGKILL

program = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)


def end_with_launcher():
    sys.stdin.buffer.read()
    program.terminate()
    try:
        program.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        program.kill()


# The launcher signals the whole process group, so that the program has had the signal too: it is only waited for.
for wanted in (signal.SIGTERM, signal.SIGINT):
    signal.signal(wanted, lambda *_: None)
threading.Thread(target=end_with_launcher, daemon=True).start()
code = program.wait()
sys.exit(code if code >= 0 else 128 - code)
