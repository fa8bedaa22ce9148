"""Applications for themselves: by secret, by certificate in every form."""

import datetime
import tempfile
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from msal.oauth2cli.assertion import JwtAssertionCreator
from world import AS_USER, DEFAULT, authority, confidential, refused, register, used

from . import suite


class Certificate:
    """A new key with a certificate of its own."""

    def __init__(self):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "suite")])
        now = datetime.datetime.now(datetime.timezone.utc)
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=30))
            .sign(self.key, hashes.SHA256())
        )
        self.pem = self.certificate.public_bytes(serialization.Encoding.PEM).decode()
        self.key_pem = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()


CERTIFICATE = Certificate()


def certified(**more):
    return register(certificates=[CERTIFICATE.pem], **{"application-user": True} | more)


@suite.check
def by_secret():
    """A token by secret, from the cache the second time, from the authority again when it is dropped."""
    application = confidential()
    first = used(application.acquire_token_for_client(DEFAULT))
    assert "refresh_token" not in first and first["token_source"] == "identity_provider"
    assert application.acquire_token_for_client(DEFAULT)["token_source"] == "cache"
    application.remove_tokens_for_client()
    assert used(application.acquire_token_for_client(DEFAULT))["token_source"] == "identity_provider"


@suite.check
def by_tenant_domain():
    """The tenant's domain stands for its id."""
    used(confidential(tenant="contoso.onmicrosoft.com").acquire_token_for_client(DEFAULT))


@suite.check
def by_certificate():
    """A certificate proves the client: SHA-256 of it and PS256, as the library does now."""
    credential = {"private_key": CERTIFICATE.key_pem, "public_certificate": CERTIFICATE.pem}
    used(confidential(certified(), credential).acquire_token_for_client(DEFAULT))


@suite.check
def by_certificate_thumbprint():
    """The older form: SHA-1 thumbprint and RS256."""
    thumbprint = CERTIFICATE.certificate.fingerprint(hashes.SHA1()).hex()
    credential = {"private_key": CERTIFICATE.key_pem, "thumbprint": thumbprint}
    used(confidential(certified(), credential).acquire_token_for_client(DEFAULT))


@suite.check
def by_pfx():
    """Key and certificate in one file."""
    packed = pkcs12.serialize_key_and_certificates(
        b"suite", CERTIFICATE.key, CERTIFICATE.certificate, None, serialization.BestAvailableEncryption(b"word")
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "suite.pfx"
        path.write_bytes(packed)
        credential = {"private_key_pfx_path": str(path), "passphrase": "word"}
        used(confidential(certified(), credential).acquire_token_for_client(DEFAULT))


def assertion(client, audience, key=CERTIFICATE.key_pem, expires_in=600):
    thumbprint = CERTIFICATE.certificate.fingerprint(hashes.SHA256())
    creator = JwtAssertionCreator(key, algorithm="PS256", sha256_thumbprint=thumbprint.hex())
    return creator.create_normal_assertion(audience, client, client, expires_in=expires_in)


@suite.check
def by_assertion_made_elsewhere():
    """An assertion that a callback signs."""
    client = certified()
    credential = {"client_assertion": lambda: assertion(client, f"{authority()}/oauth2/v2.0/token")}
    used(confidential(client, credential).acquire_token_for_client(DEFAULT))


@suite.check
def an_assertion_has_to_be_good():
    """Another key, another endpoint, another client, an old one: each has its number."""
    client, endpoint = certified(), f"{authority()}/oauth2/v2.0/token"
    for text, number in [
        (assertion(client, endpoint, key=Certificate().key_pem), 700027),
        (assertion(client, "https://elsewhere.example/token"), 50012),
        (assertion(register(), endpoint), 700021),
        (assertion(client, endpoint, expires_in=-900), 700024),
        ("nonsense", 50027),
    ]:
        application = confidential(client, {"client_assertion": text})
        refused(application.acquire_token_for_client(DEFAULT), "invalid_client", number)


@suite.check
def an_unknown_certificate_is_refused():
    """A certificate that nobody registered."""
    other = Certificate()
    credential = {"private_key": other.key_pem, "public_certificate": other.pem}
    refused(confidential(certified(), credential).acquire_token_for_client(DEFAULT), "invalid_client", 700027)


@suite.check
def a_delegated_scope_is_none_for_applications():
    """Applications ask for all that they were given."""
    refused(confidential().acquire_token_for_client(AS_USER), "invalid_scope", 1002012)
