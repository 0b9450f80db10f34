import zlib

import pytest

from agents.clean.settings import CleanSettings
from agents.clean.work import CleanWork, load
from agents.records import CleanArticle, RawPage
from tests.unit.agents.clean.page.languages import NEWS, page

URL = "https://www.news.example/harbour"


@pytest.fixture(scope="module")
def clean() -> CleanWork:
    return load(CleanSettings(min_words=10))


@pytest.mark.parametrize(
    ("language", "codec", "declared", "charset", "warned"),
    [
        ("zh", "gb18030", "gb2312", "gbk", False),
        ("zh-Hant", "big5", None, "big5", True),
        ("ja", "euc-jp", "EUC-JP;", "euc-jp", False),
        ("ko", "cp949", "utf-8", "euc-kr", True),
        ("ru", "cp1251", "iso-8859-1", "windows-1251", True),
        ("el", "utf-16-le", None, "utf-16le", False),
        ("pl", "utf-8", "iso-8859-2", "utf-8", False),
    ],
)
def test_an_article_is_read_in_the_charset_of_its_bytes_and_says_which(
    clean: CleanWork, language: str, codec: str, declared: str | None, charset: str, warned: bool
) -> None:
    content = page(language).encode(codec)

    for sent in (content, zlib.compress(content)):
        article = clean(RawPage(url=URL, page=sent, charset=declared))

        assert isinstance(article, CleanArticle)
        assert (article.title, article.text) == NEWS[language]
        assert article.extraction.charset == charset
        assert ("charset-guessed" in article.warnings) is warned
