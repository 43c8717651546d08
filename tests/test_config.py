"""What can be set from outside: a wrong value is refused in one sentence that names it."""

import pytest

from config import ConfigurationError, Settings, load

WRONG = [
    ("PORT", "eighty"),
    ("PORT", "70000"),
    ("PORT", "٣"),
    ("BASE_URL", "erfa.example.dk"),
    ("BASE_URL", "https://erfa.example.dk/under"),
    ("BASE_URL", "https://erfa.example.dk:many"),
    ("DATABASE_URL", "mysql://localhost/erfa"),
    ("DATA_DIR", "/dev/null/data"),
    ("SECRET_KEY", "changeme"),
    ("SECRET_KEY", "changeme" * 8),
    ("MAIL_PORT", "smtp"),
    ("MAIL_USE_TLS", "perhaps"),
    ("MAIL_REPLY_HOST", "svar@erfa.example"),
    ("MAIL_IN_SECRET", "short"),
    ("MAIL_IN_LIMIT", "some"),
    ("MAIL_IN_MB", "0"),
    ("IMAP_TLS", "perhaps"),
    ("IMAP_PORT", "imap"),
    ("MAIL_DEFAULT_SENDER", "ERFA, Netværk <n@erfa.example>"),
    ("WEB_CONCURRENCY", "0"),
    ("PROXIES", "-1"),
    ("DEMO", "sometimes"),
    ("WAS_URL", "was.digst.dk"),
    ("LOGIN_LIMIT", "now and then"),
    ("CODE_LIMIT", "seldom"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_is_refused_in_a_sentence_that_names_it(tmp_path, name, value):
    with pytest.raises(ConfigurationError) as refused:
        load(Settings({"DATA_DIR": str(tmp_path), name: value}))
    sentence = str(refused.value)
    assert sentence.startswith(name) and sentence.endswith(".")
    assert "\n" not in sentence


def test_tls_from_the_start_and_later_exclude_each_other(tmp_path):
    with pytest.raises(ConfigurationError, match="MAIL_USE_TLS and MAIL_USE_SSL exclude each other"):
        load(Settings({"DATA_DIR": str(tmp_path), "MAIL_USE_TLS": "1", "MAIL_USE_SSL": "1"}))


def test_without_settings_it_starts_and_makes_a_key_for_its_owner_only(tmp_path):
    settings = load(Settings({"DATA_DIR": str(tmp_path)}))
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    assert settings["BASE_URL"] == "http://localhost:5000"
    assert load(Settings({"DATA_DIR": str(tmp_path)}))["SECRET_KEY"] == settings["SECRET_KEY"]


def test_a_password_goes_over_the_net_encrypted_only(tmp_path):
    with pytest.raises(ConfigurationError, match="IMAP_TLS may be none only"):
        load(Settings({"DATA_DIR": str(tmp_path), "IMAP_TLS": "none", "IMAP_HOST": "imap.example.dk"}))
    assert load(Settings({"DATA_DIR": str(tmp_path), "IMAP_HOST": "imap.example.dk"}))["IMAP_PORT"] == 993
