"""A provider of single sign-on that signs SAML answers, in memory."""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from onelogin.saml2.utils import OneLogin_Saml2_Utils
from onelogin.saml2.xml_utils import OneLogin_Saml2_XML

ENTITY = "https://idp.example.org/metadata"
SSO_URL = "https://idp.example.org/sso"

RESPONSE = """<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
 xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_r1" Version="2.0" IssueInstant="{now}"
 Destination="{acs}" InResponseTo="{request_id}"><saml:Issuer>{entity}</saml:Issuer>
<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>
{assertion}</samlp:Response>"""

ASSERTION = """<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a1"
 Version="2.0" IssueInstant="{now}"><saml:Issuer>{entity}</saml:Issuer><saml:Subject>
<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">a-1</saml:NameID>
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
<saml:SubjectConfirmationData NotOnOrAfter="{until}" Recipient="{acs}" InResponseTo="{request_id}"/>
</saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="{since}" NotOnOrAfter="{until}">
<saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction>
</saml:Conditions><saml:AuthnStatement AuthnInstant="{now}" SessionIndex="_s1"><saml:AuthnContext>
<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>
</saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement>{attributes}</saml:AttributeStatement>
</saml:Assertion>"""


def _attribute(name: str, values: list[str]) -> str:
    inside = "".join(f"<saml:AttributeValue>{escape(one)}</saml:AttributeValue>" for one in values)
    return f'<saml:Attribute Name="{name}">{inside}</saml:Attribute>'


@dataclass
class SamlProvider:
    """Vouches for the person of ``attributes``."""

    attributes: dict[str, list[str]]
    key: rsa.RSAPrivateKey = field(
        default_factory=lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )

    def private(self) -> str:
        return self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()

    def certificate(self) -> str:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp.example.org")])
        now = datetime.now(UTC)
        made = x509.CertificateBuilder(issuer_name=name, subject_name=name)
        made = made.public_key(self.key.public_key()).serial_number(1)
        made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(
            now + timedelta(days=1)
        )
        signed = made.sign(self.key, hashes.SHA256())
        return signed.public_bytes(serialization.Encoding.PEM).decode()

    def answer(
        self,
        redirect: str,
        *,
        signed: bool = True,
        audience: str = "",
        minutes: int = 5,
        request_id: str | None = None,
    ) -> str:
        """SAMLResponse for the question in a redirect; the options make it a wrong one."""
        asked = parse_qs(urlsplit(redirect).query)["SAMLRequest"][0]
        root = OneLogin_Saml2_XML.to_etree(zlib.decompress(base64.b64decode(asked), -15))
        acs = root.attrib["AssertionConsumerServiceURL"]
        issuer = root.find("{urn:oasis:names:tc:SAML:2.0:assertion}Issuer")
        now = datetime.now(UTC)
        facts = {
            "now": _iso(now),
            "since": _iso(now + timedelta(minutes=min(minutes, 0) - 5)),
            "until": _iso(now + timedelta(minutes=minutes)),
            "entity": ENTITY,
            "acs": acs,
            "audience": audience or (issuer.text if issuer is not None else ""),
            "request_id": root.attrib["ID"] if request_id is None else request_id,
            "attributes": "".join(_attribute(*one) for one in self.attributes.items()),
        }
        assertion = ASSERTION.format(**facts)
        if signed:
            key, certificate = self.private(), self.certificate()
            raw = OneLogin_Saml2_Utils.add_sign(assertion, key, certificate)
            assertion = raw.decode() if isinstance(raw, bytes) else raw
        whole = RESPONSE.format(**facts, assertion=assertion)
        return base64.b64encode(whole.encode()).decode()


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
