"""One infrastructure and one signed copy per level for all tests of signing: keys cost more than tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from reports.signing.trust import Trust
from tests.reports.signing import arranged
from tests.reports.signing.pki import Pki, serve

LEVELS = ("B-B", "B-T", "B-LTA")


@pytest.fixture(scope="session")
def pki() -> Iterator[Pki]:
    made, server = serve()
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def trust(pki: Pki) -> Trust:
    """The root and the revocation lists, as a portal that keeps its trust folder up to date has them."""
    return Trust((pki.root.der,), (pki.issuing.der,), (pki.crl(pki.root), pki.crl(pki.issuing)))


@pytest.fixture(scope="session")
def signed(pki: Pki) -> dict[str, bytes]:
    """The document, signed at every level."""
    return {level: arranged.signed(pki, level) for level in LEVELS}
