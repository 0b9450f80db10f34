"""A Kafka with TLS, SCRAM and an authorizer. The certificates are made here."""

import datetime
import ipaddress
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from streams.local.broker.configuration import HOST, Listener
from streams.local.broker.credentials import MODULES
from streams.local.broker.node import Broker
from streams.local.broker.ports import free_ports

DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Secured:
    """A node with two listeners: `tls`, and that of `broker` for the test itself, which may do everything."""

    broker: Broker
    tls: str
    ca_file: Path
    other_ca_file: Path
    passwords: Mapping[str, str]

    def security(self, user: str) -> dict[str, str]:
        """The environment that makes a process run as that user."""
        return {
            "COPYDESK_BOOTSTRAP_SERVERS": self.tls,
            "COPYDESK_SECURITY__PROTOCOL": "SASL_SSL",
            "COPYDESK_SECURITY__USERNAME": user,
            "COPYDESK_SECURITY__PASSWORD": self.passwords[user],
            "COPYDESK_SECURITY__CA_FILE": str(self.ca_file),
        }


@contextmanager
def secured_broker(folder: Path, passwords: Mapping[str, str]) -> Iterator[Secured]:
    """A node with these users, who have no rights yet."""
    folder.mkdir(parents=True, exist_ok=True)
    key, certificate = authority("Harbour Courier CA")
    write(folder / "ca.pem", certificate)
    write(folder / "other-ca.pem", authority("Another CA")[1])
    own_key, own = server_certificate(key, certificate)
    store = folder / "server.pem"
    store.write_bytes(private(own_key) + own.public_bytes(serialization.Encoding.PEM))
    _, port = free_ports(0)
    users = [
        f"--add-scram=SCRAM-SHA-512=[name={user},password={password}]" for user, password in passwords.items()
    ]
    broker = Broker(
        folder / "kafka",
        listeners=[Listener(name="SECURED", port=port, protocol="SASL_SSL")],
        settings={
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(store),
            "listener.name.secured.sasl.enabled.mechanisms": "SCRAM-SHA-512",
            "listener.name.secured.scram-sha-512.sasl.jaas.config": f"{MODULES['SCRAM-SHA-512']} required;",
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            # The test itself, the node and its controller, all of which use the listeners without TLS.
            "super.users": "User:ANONYMOUS",
        },
        format_with=users,
    )
    with broker:
        yield Secured(
            broker=broker,
            tls=f"{HOST}:{port}",
            ca_file=folder / "ca.pem",
            other_ca_file=folder / "other-ca.pem",
            passwords=passwords,
        )


def authority(name: str) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """A certificate authority: its key and its own certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    usage = x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        crl_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    built = (
        builder(name, name, key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return key, built.sign(key, hashes.SHA256())


def server_certificate(
    key: ec.EllipticCurvePrivateKey, issuer: x509.Certificate
) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """A key, and its certificate for 127.0.0.1."""
    own = ec.generate_private_key(ec.SECP256R1())
    name = str(issuer.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))])
    by = x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
    built = builder(HOST, name, own).add_extension(address, critical=False).add_extension(by, critical=False)
    return own, built.sign(key, hashes.SHA256())


def builder(subject: str, issuer: str, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    """A certificate that is valid for a week, not yet signed."""
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + 7 * DAY)
    )


def private(key: ec.EllipticCurvePrivateKey) -> bytes:
    """A key as unencrypted PEM, which Kafka can read."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def write(path: Path, certificate: x509.Certificate) -> None:
    """Write a certificate as PEM."""
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
