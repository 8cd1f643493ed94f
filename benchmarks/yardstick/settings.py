"""The settings of the portal, every one, with the address of the trivial view added."""

from iku_portal.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.yardstick.urls"
