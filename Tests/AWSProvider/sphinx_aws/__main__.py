import os
import signal
import sys
import threading
import time

from tf.runner import run_provider

from sphinx_aws.provider import Provider


def end_with(parent):
    """The library serves on after a Terraform that was killed."""
    while os.getppid() == parent:
        time.sleep(0.2)
    os._exit(1)


threading.Thread(target=end_with, args=(os.getppid(),), daemon=True).start()
# An interrupt of the terminal reaches the whole group; Terraform decides when its provider stops.
signal.signal(signal.SIGINT, signal.SIG_IGN)
run_provider(Provider(), sys.argv)
