"""Credentials for Kafka: from the environment or a file, and the error when they are missing."""

from pathlib import Path

import pytest

from streams.errors import ConfigError
from streams.kafka.connection import sasl_credentials, tls_context
from streams.settings import SecuritySettings, load_settings

SASL = {"protocol": "SASL_SSL", "username": "pipeline"}


def test_a_password_is_read_from_a_file_unless_the_settings_have_one(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(" p4ss word \n")
    assert sasl_credentials(SecuritySettings(**SASL, password_file=file)) == ("pipeline", " p4ss word ")
    both = SecuritySettings.model_validate({**SASL, "password_file": file, "password": "given"})
    assert sasl_credentials(both) == ("pipeline", "given")


def test_the_error_for_missing_credentials_names_what_is_missing(tmp_path: Path) -> None:
    absent = tmp_path / "absent"
    with pytest.raises(ConfigError, match=r"SASL_SSL, which needs security\.username"):
        sasl_credentials(SecuritySettings(protocol="SASL_SSL"))
    with pytest.raises(ConfigError, match=r"set COPYDESK_SECURITY__PASSWORD or security\.password_file"):
        sasl_credentials(SecuritySettings(**SASL))
    with pytest.raises(ConfigError, match=rf"password_file {absent} cannot be read: No such file"):
        sasl_credentials(SecuritySettings(**SASL, password_file=absent))
    with pytest.raises(ConfigError, match=rf"ca_file {absent} cannot be read: No such file"):
        tls_context(SecuritySettings(ca_file=absent))


def test_an_empty_password_or_username_counts_as_not_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Compose and shells pass a variable that is not set as an empty one."""
    file = tmp_path / "password"
    file.write_text("p4ss\n")
    for name, value in {"PROTOCOL": "SASL_SSL", "USERNAME": "pipeline", "PASSWORD": ""}.items():
        monkeypatch.setenv(f"COPYDESK_SECURITY__{name}", value)
    with pytest.raises(ConfigError, match=r"set COPYDESK_SECURITY__PASSWORD or security\.password_file"):
        sasl_credentials(load_settings().security)
    monkeypatch.setenv("COPYDESK_SECURITY__PASSWORD_FILE", str(file))
    assert sasl_credentials(load_settings().security) == ("pipeline", "p4ss")
    monkeypatch.setenv("COPYDESK_SECURITY__USERNAME", "")
    with pytest.raises(ConfigError, match=r"SASL_SSL, which needs security\.username"):
        sasl_credentials(load_settings().security)


def test_the_error_for_a_file_without_certificates_does_not_show_its_content(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_text("p4ssw0rd")
    with pytest.raises(ConfigError, match=r"ca\.pem holds no certificates in PEM$"):
        tls_context(SecuritySettings(ca_file=file))
