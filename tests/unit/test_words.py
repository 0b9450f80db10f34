"""The check for old words: where each kind of word is found, and where it is not."""

from pathlib import Path

import pytest

from tests.support.words.check import check, check_text
from tests.support.words.table import old_words

TABLE = """
old = [
  { names = ["mail"], instead = "parcel", but = ["mail_address"], but_in = ["data/"] },
  { whole_names = ["Post"], instead = "parcel" },
  { text = ["the mail"], instead = "parcel" },
  { text = ["to whom", "by post"], instead = "receiver", but = ["to whom it may concern"] },
  { anywhere = ["for it in"], instead = "receiver" },
]
"""


def old_in(source: str, path: str = "a/b.py") -> list[str]:
    """The line and the word of each finding."""
    findings = sorted(set(check_text(path, source, old_words(TABLE))))
    return [f"{finding.line} {finding.word}" for finding in findings]


def test_an_entry_without_a_known_kind_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"name$"):
        old_words('old = [{ name = ["a"], instead = "b" }]')


@pytest.mark.parametrize(
    "source",
    [
        "mail = 1",
        "_mails = 1",
        "MAIL_LIMIT = 1",
        "class LastMail: ...",
        "def mail_of(): ...",
        "def send(mail): ...",
        "lambda *mail: 0",
        "self.mail = 1",
        "import a as mail",
        "for mail in (): ...",
        "log.info('sent', mail=1)",
        "Counter('sent_mails', 'Sent.')",
        "Gauge('sent', 'Sent.', ('mail',))",
        "Option('--mail')",
        "Option(metavar='MAIL')",
        "Argument(metavar='[MAIL]...')",
    ],
)
def test_an_old_word_is_found_in_every_name_that_is_defined(source: str) -> None:
    assert old_in(source) == ["1 mail"]


@pytest.mark.parametrize(
    "source",
    [
        "print(box.mail)",
        "send(mail=1)",
        "mail_address = 1",
        "MailAddress = 1",
        "mailbox = 1",
        "post = 1",
        "PostOffice = 1",
        "from mail import send",
    ],
)
def test_names_that_are_only_used_or_only_similar_are_not_findings(source: str) -> None:
    assert old_in(source) == []


def test_a_whole_name_is_found_with_and_without_leading_underscores() -> None:
    assert old_in("Post = _Post = 1") == ["1 Post"]


def test_names_of_modules_and_folders_are_checked_except_in_paths_that_the_table_excludes() -> None:
    assert old_in("", "a/mail.py") == ["1 mail"]
    assert old_in("", "mail/a.py") == ["1 mail"]
    assert old_in("mail = 1", "data/a.py") == []


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ('"""Where The Mails go."""', 1),
        ('def a():\n    """A line.\n\n    Of the\n    mail.\n    """', 4),
        ("a = 1\n#: It is the\n#: mail.\nb = 2", 2),
        ("a = 1  # the mail", 1),
    ],
)
def test_an_old_expression_is_found_in_docstrings_and_comments(source: str, line: int) -> None:
    assert old_in(source) == [f"{line} the mail"]


def test_an_exception_applies_to_all_words_before_it() -> None:
    assert old_in("# to whom it may concern") == []
    assert old_in("# to whom") == ["1 to whom"]


def test_messages_and_help_texts_are_checked_in_the_product_and_its_examples_but_not_in_tests() -> None:
    source = 'raise Error(f"{a} is not in the mail")\na: Annotated[str, Option(help="Send the mail.")]'
    assert old_in(source, "streams/a.py") == ["1 the mail", "2 the mail"]
    assert old_in(source, "examples/a.py") == ["1 the mail", "2 the mail"]
    assert old_in(source, "tests/a.py") == []
    assert old_in("re.compile('the mail')", "streams/a.py") == []


def test_a_loop_over_an_old_name_is_found_anywhere() -> None:
    assert old_in("a = [b for it in c]") == ["1 for it in"]
    assert old_in("x:\n\tfor it in a; do", "Makefile") == ["2 for it in"]


def test_a_line_may_keep_an_old_word_if_it_gives_a_reason() -> None:
    assert old_in("mail = 1  # old word: a field of records that exist") == []
    assert old_in("mail = 1  # old word:") == ["1 mail"]


def test_in_a_document_prose_is_checked_as_text_and_code_as_names() -> None:
    text = "The mail.\n\nThe `mail_limit` of the\nmail, `the mail`, [a](mail/b.md).\n\n```\nmail_of\n```\n"
    assert old_in(text, "a.md") == ["1 the mail", "3 mail", "3 the mail", "4 mail", "7 mail"]


@pytest.mark.parametrize(
    "line",
    [
        "copydesk_mails_total",
        "mail = 3",
        "  mail: 3",
        "expr: a{mail=~'b'}",
        '"expr": "sum by (stage, mail) (a)"',
        "labels: {mail: a}",
        "summary: '{{mail}}'",
    ],
)
def test_names_in_configuration_are_found(line: str) -> None:
    assert old_in(line, "config/a.yml") == ["1 mail"]


def test_prose_in_configuration_is_checked_as_text_only() -> None:
    assert old_in("# A mail: it is sent.\ndescription: Ask for the mail.", "config/a.yml") == ["2 the mail"]


def test_history_data_and_generated_files_are_not_checked(tmp_path: Path) -> None:
    for name in (
        "CHANGELOG.md",
        "docs/decisions/0001.md",
        "docs/reference/asyncapi.json",
        "docs/a.md",
        "streams/a.py",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("# the mail\n", "utf-8")
    assert [str(finding) for finding in check(tmp_path, old_words(TABLE))] == [
        "docs/a.md:1: the mail -> parcel",
        "streams/a.py:1: the mail -> parcel",
    ]
