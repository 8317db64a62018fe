"""What people sit before."""

from __future__ import annotations

from playwright.sync_api import ConsoleMessage, Page


def with_passkeys(page: Page) -> Page:
    """A computer that keeps passkeys and knows whose finger it is; no window pops up."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return page


def watched(page: Page) -> Page:
    """``page.faults`` gathers script errors and refused resources."""
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.on("console", lambda line: faults.append(line.text) if _is_fault(line) else None)
    page.faults = faults
    return page


def _is_fault(line: ConsoleMessage) -> bool:
    """An error of ours; Chromium also logs replies such as 422, which are meant."""
    return line.type == "error" and not line.text.startswith("Failed to load resource")
