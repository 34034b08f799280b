"""Runs Synapse for as long as stdin stays open: the launcher holds the other end, so Synapse never outlives it."""

import os
import runpy
import signal
import sys
import threading


def end_with_launcher():
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


threading.Thread(target=end_with_launcher, daemon=True).start()
runpy.run_module("synapse.app.homeserver", run_name="__main__", alter_sys=True)
