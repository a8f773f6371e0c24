"""What can go wrong between this platform and a provider. Every message says who, what was asked, and what to do."""

from resources.providers.quota import Quota


class ProviderError(RuntimeError):
    """A provider did not deliver. `asked` is the request without its key; `quota` what the answer said of it."""

    def __init__(
        self,
        provider: str,
        asked: str,
        problem: str,
        advice: str,
        *,
        status: int | None = None,
        quota: Quota | None = None,
    ) -> None:
        super().__init__(f"{provider}: {problem} (asked {asked}). {advice}")
        self.provider = provider
        self.asked = asked
        self.status = status
        self.quota = quota


class TransientProviderError(ProviderError):
    """It failed after all retries, and may work later."""


class PermanentProviderError(ProviderError):
    """It will fail again until somebody changes something: the key, a parameter, the network, the code."""


class NotThere(ProviderError):  # noqa: N818 - an answer, not a fault: there is no such document (yet)
    """The provider has no such document now: a game not begun, a report not issued, an event that is gone."""


class QuotaReserveError(PermanentProviderError):
    """The call was not made: it would have overdrawn the quota budget."""
