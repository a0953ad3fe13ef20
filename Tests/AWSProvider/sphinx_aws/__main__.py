import signal
import sys

from tf.runner import run_provider

from sphinx_aws.provider import Provider

# An interrupt of the terminal reaches the whole group; Terraform decides when its provider stops.
signal.signal(signal.SIGINT, signal.SIG_IGN)
run_provider(Provider(), sys.argv)
