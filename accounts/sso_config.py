"""Reads and checks sso.yaml, where a site names its providers of single sign-on."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

FILE_NAME = "sso.yaml"
KINDS = ("oidc", "saml")
ROLES = ("user", "reviewer", "admin", "superadmin")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,29}")
_ENTRIES = frozenset(
    {
        "id", "name", "kind", "issuer", "client_id", "client_secret_file", "idp", "attributes",
        "groups", "roles", "gives_superadmin", "new_people", "domains", "sure_of_addresses",
        "has_second_factor", "contact",
    }
)  # fmt: skip


class SsoMisconfigured(ValueError):
    """The file cannot be used; the words name file, provider and entry."""


@dataclass(frozen=True)
class Provider:
    """One provider; ``options`` is what allauth wants to know about it.

    ``roles`` maps a role to the groups that give it; ``domains`` are the e-mail domains for whose
    addresses the provider may speak.
    """

    id: str
    name: str
    kind: str
    client_id: str
    secret: str = field(repr=False)
    options: dict[str, Any]
    groups: str
    roles: dict[str, tuple[str, ...]]
    gives_superadmin: bool
    allows_new_people: bool
    domains: tuple[str, ...]
    is_sure_of_addresses: bool
    has_second_factor: bool
    contact: str

    def speaks_for(self, address: str) -> bool:
        """Whether the address lies in one of the domains."""
        return address.rpartition("@")[2].lower() in self.domains

    def role_for(self, groups: frozenset[str]) -> str | None:
        """The highest role that a group gives; "user" without one, None where nothing is mapped."""
        if not self.roles:
            return None
        given = [role for role in ROLES if groups & set(self.roles.get(role, ()))]
        return given[-1] if given else ROLES[0]


def load_sso(folder: Path) -> dict[str, Provider]:
    """The providers of the folder's file by id; {} without a file. Raises SsoMisconfigured."""
    path = folder / FILE_NAME
    if not path.exists():
        return {}
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as fault:
        raise SsoMisconfigured(f"{path}: this is not YAML ({fault}).") from None
    entries = content.get("providers") if isinstance(content, dict) else None
    if not isinstance(entries, list):
        raise SsoMisconfigured(f"{path}: providers: a list is expected.")
    found: dict[str, Provider] = {}
    for position, entry in enumerate(entries):
        provider = _provider(entry, f"{path}: providers[{position}]")
        if provider.id in found:
            raise SsoMisconfigured(f"{path}: providers[{position}].id: {provider.id} stands twice.")
        found[provider.id] = provider
    return found


def _provider(entry: object, where: str) -> Provider:
    if not isinstance(entry, dict):
        raise SsoMisconfigured(f"{where}: a mapping is expected.")
    if strange := set(entry) - _ENTRIES:
        raise SsoMisconfigured(f"{where}.{sorted(strange)[0]}: there is no such entry.")
    kind, id = _text(entry, "kind", where), _text(entry, "id", where)
    if kind not in KINDS:
        raise SsoMisconfigured(f"{where}.kind: use oidc or saml.")
    if not _ID.fullmatch(id):
        raise SsoMisconfigured(f"{where}.id: use up to 30 lower-case letters, digits and hyphens.")
    roles = _roles(entry, where)
    gives_superadmin = _switch(entry, "gives_superadmin", where)
    if "superadmin" in roles and not gives_superadmin:
        raise SsoMisconfigured(f"{where}.roles.superadmin: needs gives_superadmin: true beside it.")
    domains = tuple(one.lower() for one in _texts(entry.get("domains"), f"{where}.domains"))
    if not domains:
        raise SsoMisconfigured(f"{where}.domains: name at least one e-mail domain.")
    return Provider(
        id=id,
        name=_text(entry, "name", where),
        kind=kind,
        client_id=_text(entry, "client_id", where) if kind == "oidc" else id,
        secret=_secret(entry, where) if kind == "oidc" else "",
        options=_oidc(entry, where) if kind == "oidc" else _saml(entry, where),
        groups=str(entry.get("groups") or "groups"),
        roles=roles,
        gives_superadmin=gives_superadmin,
        allows_new_people=_switch(entry, "new_people", where),
        domains=domains,
        is_sure_of_addresses=_switch(entry, "sure_of_addresses", where),
        has_second_factor=_switch(entry, "has_second_factor", where),
        contact=str(entry.get("contact") or "the person who runs this site"),
    )


def _text(entry: dict[str, Any], key: str, where: str) -> str:
    found = entry.get(key)
    if not isinstance(found, str) or not found.strip():
        raise SsoMisconfigured(f"{where}.{key}: a text is expected.")
    return found.strip()


def _texts(found: object, where: str) -> tuple[str, ...]:
    if found is None:
        return ()
    if not isinstance(found, list) or not all(isinstance(one, str) and one for one in found):
        raise SsoMisconfigured(f"{where}: a list of texts is expected.")
    return tuple(found)


def _switch(entry: dict[str, Any], key: str, where: str) -> bool:
    found = entry.get(key, False)
    if not isinstance(found, bool):
        raise SsoMisconfigured(f"{where}.{key}: true or false is expected.")
    return found


def _roles(entry: dict[str, Any], where: str) -> dict[str, tuple[str, ...]]:
    found = entry.get("roles") or {}
    if not isinstance(found, dict) or set(found) - set(ROLES):
        raise SsoMisconfigured(f"{where}.roles: use {', '.join(ROLES)}, each with its groups.")
    return {role: _texts(groups, f"{where}.roles.{role}") for role, groups in found.items()}


def _file(entry: dict[str, Any], key: str, where: str) -> str:
    path = Path(_text(entry, key, where))
    if not path.is_file():
        raise SsoMisconfigured(f"{where}.{key}: {path}: there is no such file.")
    return path.read_text(encoding="utf-8").strip()


def _secret(entry: dict[str, Any], where: str) -> str:
    return _file(entry, "client_secret_file", where)


def _oidc(entry: dict[str, Any], where: str) -> dict[str, Any]:
    issuer = _text(entry, "issuer", where).rstrip("/")
    if not re.match(r"https://|http://(localhost|127\.0\.0\.1)[:/]", issuer):
        raise SsoMisconfigured(f"{where}.issuer: an address with https is expected.")
    return {"server_url": issuer, "oauth_pkce_enabled": True}


def _saml(entry: dict[str, Any], where: str) -> dict[str, Any]:
    idp, inside = entry.get("idp"), f"{where}.idp"
    if not isinstance(idp, dict):
        raise SsoMisconfigured(f"{inside}: entity_id, sso_url and certificate_file are expected.")
    names = entry.get("attributes") or {}
    if not isinstance(names, dict) or set(names) - {"uid", "email", "name"}:
        raise SsoMisconfigured(f"{where}.attributes: uid, email and name can be named.")
    mapping = {"uid": names.get("uid", "uid"), "email": names.get("email", "email")}
    return {
        "idp": {
            "entity_id": _text(idp, "entity_id", inside),
            "sso_url": _text(idp, "sso_url", inside),
            "x509cert": _file(idp, "certificate_file", inside),
        },
        "attribute_mapping": mapping,
        "name_attribute": names.get("name", "name"),
        # Only what the provider signed, for us, in answer to our own question.
        "advanced": {
            "strict": True,
            "want_assertion_signed": True,
            "reject_deprecated_algorithm": True,
            "reject_idp_initiated_sso": True,
            "allow_single_label_domains": True,
        },
    }
